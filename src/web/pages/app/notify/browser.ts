let is_refused = false

/** Whether the browser knows notifications of pages. Chrome on Android has the name, and throws at whoever uses it; trying is harmless as long as it may not show anything. */
export function knowsNotifications(): boolean {
  if (!('Notification' in globalThis) || is_refused) return false
  return Notification.permission === 'granted' || open('') !== null
}

/** Shows a notification; null where the browser does not. */
export function notification(title: string, options: NotificationOptions): Notification | null {
  if (is_refused || !('Notification' in globalThis) || Notification.permission !== 'granted') return null
  return open(title, options)
}

function open(title: string, options?: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    is_refused = true
    return null
  }
}
