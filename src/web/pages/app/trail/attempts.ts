/** What somebody did not succeed in, as far as the trail is told of it. */
export type Attempt =
  | 'write'
  | 'edit'
  | 'delete'
  | 'pin'
  | 'react'
  | 'join'
  | 'create_room'
  | 'change_room'
  | 'delete_room'
  | 'add_member'
  | 'change_member'
  | 'remove_member'
  | 'invite'
  | 'read_trail'
  | 'read_figures'
  | 'direct_message'
  | 'type'
  | 'search'
  | 'account'
  | 'own_account'
  | 'sign_in'
  | 'register'
  | 'new_password'
  | 'key'
  | 'connect'
  | 'bots'

/** The first that fits the action: of a refusal `ws.` with a command, or `http.` with a method and the pattern of a route. */
const attempts: readonly [RegExp, Attempt][] = [
  [/^session\.begin$/, 'sign_in'],
  [/^user\.register$|\/auth\/register$/, 'register'],
  [/^password\.reset$|\/password\/(?:reset|forgot)$/, 'new_password'],
  [/^key\.use$/, 'key'],
  [/^(?:user\.(?:update|delete)|password\.(?:change|confirm)|second_factor\.confirm)$/, 'own_account'],
  [/^ws\.send_|^http\.POST .*\/messages$/, 'write'],
  [/^ws\.edit_message$|^http\.PUT .*\/messages\/[^/]+$/, 'edit'],
  [/^ws\.delete_message$|^http\.DELETE .*\/messages\/[^/]+$/, 'delete'],
  [/^ws\.(?:un)?pin_message$|\/pin$/, 'pin'],
  [/reaction/, 'react'],
  [/^ws\.join_room$|\/join$|^http\.POST .*\/invites\/[^/]+\/accept$/, 'join'],
  [/^http\.POST .*\/rooms$/, 'create_room'],
  [/^http\.PUT .*\/rooms\/[^/]+$|\/archive$/, 'change_room'],
  [/^http\.DELETE .*\/rooms\/[^/]+$/, 'delete_room'],
  [/^http\.POST .*\/members$/, 'add_member'],
  [/^http\.PUT .*\/members\//, 'change_member'],
  [/^http\.DELETE .*\/members\//, 'remove_member'],
  [/\/invites/, 'invite'],
  [/audit/, 'read_trail'],
  [/stats|\/nodes$/, 'read_figures'],
  [/^ws\.create_dm$|^http\.POST .*\/conversations$/, 'direct_message'],
  [/^ws\.typing_/, 'type'],
  [/search/, 'search'],
  [/\/admin\/users/, 'account'],
  [/\/users\/me|\/auth\/(?:2fa|password|sessions|logout)/, 'own_account'],
  [/\/auth\/(?:login|refresh)/, 'sign_in'],
  [/^ws\.authenticate$|^http\.GET \/ws$|\/ws-ticket$/, 'connect'],
  [/\/bots|\/auth\/keys|\/keys/, 'bots'],
]

export const attemptOf = (action: string): Attempt | null => attempts.find(([form]) => form.test(action))?.[1] ?? null
