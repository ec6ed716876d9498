/** Domain events: what a service says happened, after its transaction committed. */
export interface DomainEvents {
  /** A session ended; its sockets close within a second on every node. */
  'session.revoked': {
    user_id: number
    session_ids: string[] | 'all'
    reason:
      | 'logout' | 'reuse' | 'password' | 'reset' | 'limit' | 'banned' | 'admin' | 'second_factor' | 'deleted' | 'key' // prettier-ignore
  }
}

export interface Events {
  emit<K extends keyof DomainEvents>(name: K, event: DomainEvents[K]): void
  on<K extends keyof DomainEvents>(name: K, listener: (event: DomainEvents[K]) => void): void
}

/** Synchronous: `emit` returns when every listener has. */
export function createEvents(): Events {
  const listeners = new Map<keyof DomainEvents, ((event: never) => void)[]>()
  return {
    emit: (name, event) => {
      for (const listener of listeners.get(name) ?? []) listener(event as never)
    },
    on: (name, listener) => {
      listeners.set(name, [...(listeners.get(name) ?? []), listener])
    },
  }
}
