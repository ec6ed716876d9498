/** What somebody did not succeed in, as far as the trail is told of it. */
export type Attempt =
  | 'write'
  | 'edit'
  | 'delete'
  | 'report'
  | 'read'
  | 'pin'
  | 'react'
  | 'join'
  | 'leave'
  | 'create_room'
  | 'change_room'
  | 'delete_room'
  | 'see_room'
  | 'add_member'
  | 'change_member'
  | 'remove_member'
  | 'people'
  | 'invite'
  | 'read_trail'
  | 'read_figures'
  | 'direct_message'
  | 'block'
  | 'type'
  | 'search'
  | 'account'
  | 'own_account'
  | 'sign_in'
  | 'stay'
  | 'sign_out'
  | 'reuse'
  | 'register'
  | 'new_password'
  | 'key'
  | 'connect'
  | 'bots'
  | 'keys'
  | 'drain'

/** The first that fits the action: of a refusal `ws.` with a command, or `http.` with a method and the pattern of a route. */
const attempts: readonly [RegExp, Attempt][] = [
  [/^session\.begin$|\/auth\/login$/, 'sign_in'],
  [/^session\.reuse$/, 'reuse'],
  [/\/auth\/refresh$/, 'stay'],
  [/\/auth\/logout/, 'sign_out'],
  [/^user\.register$|\/auth\/register$/, 'register'],
  [/^password\.reset$|\/password\/(?:reset|forgot)$/, 'new_password'],
  [/^key\.use$/, 'key'],
  [/\/api-keys/, 'keys'],
  [/\/bots/, 'bots'],
  [/^(?:user\.(?:update|delete)|password\.(?:change|confirm)|second_factor\.confirm)$/, 'own_account'],
  [/^ws\.update_status$|\/users\/me|\/auth\/(?:2fa|password|sessions)/, 'own_account'],
  [/\/admin\/users/, 'account'],
  [/\/drain$/, 'drain'],
  [/audit/, 'read_trail'],
  [/stats|\/nodes$|\/metrics$/, 'read_figures'],
  [/^ws\.send_|^http\.POST .*\/messages$/, 'write'],
  [/^ws\.edit_message$|^http\.PUT .*\/messages\/[^/]+$/, 'edit'],
  [/^ws\.delete_message$|^http\.DELETE .*\/messages\/[^/]+$/, 'delete'],
  [/\/report$/, 'report'],
  [/^ws\.(?:un)?pin_message$|\/pin$/, 'pin'],
  [/\/users\/search$|^ws\.get_(?:members|presence)$|^http\.GET .*\/(?:members|receipts|users\/[^/]+)$/, 'people'],
  [/search/, 'search'],
  [/^ws\.(?:get_|sync$|mark_read$)|^http\.GET .*\/(?:messages(?:\/[^/]+)?|thread|history|reactions)$|\/read$/, 'read'],
  [/reaction/, 'react'],
  [/^ws\.join_room$|\/join$|\/accept$/, 'join'],
  [/^ws\.leave_room$|\/leave$/, 'leave'],
  [/^http\.POST .*\/rooms$/, 'create_room'],
  [/^http\.PUT .*\/rooms\/[^/]+$|\/archive$/, 'change_room'],
  [/^http\.DELETE .*\/rooms\/[^/]+$/, 'delete_room'],
  [/^http\.GET .*\/rooms(?:\/[^/]+)?$/, 'see_room'],
  [/^http\.POST .*\/members$/, 'add_member'],
  [/^http\.PUT .*\/members\//, 'change_member'],
  [/^http\.DELETE .*\/members\//, 'remove_member'],
  [/\/invites/, 'invite'],
  [/^ws\.block_dm$|\/block$/, 'block'],
  [/^ws\.(?:create_dm|list_dms)$|\/conversations/, 'direct_message'],
  [/^ws\.typing_/, 'type'],
  [/^ws\.(?:authenticate|ping|disconnect)$|^http\.GET \/ws$|\/ws-ticket$/, 'connect'],
]

export const attemptOf = (action: string): Attempt | null => attempts.find(([form]) => form.test(action))?.[1] ?? null
