import { useCallback, useSyncExternalStore } from 'react'
import type { Store } from 'veza-js-sdk'

const nothing = (): void => undefined

/** What a store of the SDK says now; `otherwise` where there is no store. Renders again when it is another value. */
export function useStore<T>(store: Store<T>): T
export function useStore<T>(store: Store<T> | null, otherwise: T): T
export function useStore<T>(store: Store<T> | null, otherwise?: T): T {
  const subscribe = useCallback((listener: () => void) => store?.subscribe(listener) ?? nothing, [store])
  const get = () => (store === null ? (otherwise as T) : store.get())
  return useSyncExternalStore(subscribe, get, get)
}
