import { useSyncExternalStore } from 'react'

/** Tells when somebody has answered here. */
const answered = new EventTarget()

/** What the browser lets this page do; undefined where it knows no notifications. */
export const usePermission = (): NotificationPermission | undefined => useSyncExternalStore(subscribe, permissionNow)

const permissionNow = (): NotificationPermission | undefined =>
  'Notification' in globalThis ? Notification.permission : undefined

/** Asks, which browsers allow after a click alone, and never again once somebody said no. */
export async function askPermission(): Promise<NotificationPermission> {
  try {
    return await Notification.requestPermission()
  } finally {
    answered.dispatchEvent(new Event('change'))
  }
}

function subscribe(listener: () => void): () => void {
  const ended = new AbortController()
  const { signal } = ended
  answered.addEventListener('change', listener, { signal })
  // The browser itself lets people change it, too. Some cannot be asked for it.
  navigator.permissions?.query({ name: 'notifications' }).then(
    (status) => status.addEventListener('change', listener, { signal }),
    (error: unknown) => error,
  )
  return () => ended.abort()
}
