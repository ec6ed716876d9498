/** Every error a client can see. Transports turn `AppError` into an HTTP answer or a WebSocket `error` by this table alone. */
type Severity = 'low' | 'medium' | 'high'

interface ErrorEntry {
  status: number
  severity: Severity
  en: string
  fr: string
}

const entry = (status: number, severity: Severity, en: string, fr: string): ErrorEntry => ({ status, severity, en, fr })

export const errors = {
  MALFORMED_FRAME: entry(400, 'medium', 'This is not a JSON object.', 'Ceci n’est pas un objet JSON.'),
  VALIDATION_FAILED: entry(
    422,
    'low',
    'The request does not fit its schema.',
    'La requête ne respecte pas son schéma.',
  ),
  UNKNOWN_COMMAND: entry(404, 'low', 'There is no such command.', 'Cette commande n’existe pas.'),
  NOT_FOUND: entry(404, 'low', 'There is nothing at this address.', 'Il n’y a rien à cette adresse.'),
  METHOD_NOT_ALLOWED: entry(
    405,
    'low',
    'This address does not take this method.',
    'Cette adresse n’accepte pas cette méthode.',
  ),
  AUTH_REQUIRED: entry(401, 'medium', 'Sign in first.', 'Identifiez-vous d’abord.'),
  AUTH_TIMEOUT: entry(
    401,
    'medium',
    'No authentication arrived in time.',
    'L’authentification n’est pas arrivée à temps.',
  ),
  INVALID_CREDENTIALS: entry(
    401,
    'medium',
    'The name or the password is wrong.',
    'Le nom ou le mot de passe est faux.',
  ),
  ACCOUNT_LOCKED: entry(
    429,
    'high',
    'Too many failed attempts; try again later.',
    'Trop de tentatives ; réessayez plus tard.',
  ),
  INVALID_TOKEN: entry(401, 'medium', 'The token is not valid.', 'Le jeton n’est pas valide.'),
  TOKEN_EXPIRED: entry(401, 'low', 'The token has expired.', 'Le jeton a expiré.'),
  SESSION_REVOKED: entry(401, 'medium', 'This session has ended.', 'Cette session est terminée.'),
  TWO_FACTOR_REQUIRED: entry(401, 'medium', 'A second factor is needed.', 'Un second facteur est nécessaire.'),
  CONNECTION_LIMIT_EXCEEDED: entry(
    429,
    'medium',
    'Too many connections are open for this user.',
    'Trop de connexions sont ouvertes pour cet utilisateur.',
  ),
  RATE_LIMIT_EXCEEDED: entry(429, 'medium', 'Too many requests; slow down.', 'Trop de requêtes ; ralentissez.'),
  SLOW_MODE: entry(
    429,
    'low',
    'This room is in slow mode; wait before the next message.',
    'Ce salon est en mode lent ; attendez avant le prochain message.',
  ),
  PERMISSION_DENIED: entry(403, 'medium', 'You may not do this.', 'Vous n’avez pas le droit de faire cela.'),
  ORIGIN_REFUSED: entry(403, 'high', 'This origin may not connect.', 'Cette origine n’est pas autorisée.'),
  UPGRADE_REQUIRED: entry(426, 'low', 'Open this address as a WebSocket.', 'Ouvrez cette adresse en WebSocket.'),
  TOKEN_IN_ADDRESS: entry(
    400,
    'high',
    'A token in the address would end up in logs; send it in a header, a subprotocol, a frame, or use a ticket.',
    'Un jeton dans l’adresse finirait dans les journaux ; envoyez-le dans un en-tête, un sous-protocole, un message, ou prenez un ticket.',
  ),
  REGISTRATION_CLOSED: entry(
    403,
    'low',
    'Registration is closed on this server.',
    'Les inscriptions sont fermées sur ce serveur.',
  ),
  ROOM_NOT_FOUND: entry(404, 'low', 'There is no such room.', 'Ce salon n’existe pas.'),
  CONVERSATION_NOT_FOUND: entry(404, 'low', 'There is no such conversation.', 'Cette conversation n’existe pas.'),
  MESSAGE_NOT_FOUND: entry(404, 'low', 'There is no such message.', 'Ce message n’existe pas.'),
  USER_NOT_FOUND: entry(404, 'low', 'There is no such user.', 'Cet utilisateur n’existe pas.'),
  INVITE_NOT_FOUND: entry(404, 'low', 'This invite is not good.', 'Cette invitation n’est pas valable.'),
  FILE_NOT_FOUND: entry(404, 'low', 'There is no such file.', 'Ce fichier n’existe pas.'),
  MESSAGE_TOO_LONG: entry(422, 'low', 'The message is too long.', 'Le message est trop long.'),
  MESSAGE_EMPTY: entry(422, 'low', 'The message is empty.', 'Le message est vide.'),
  CONTENT_REJECTED: entry(422, 'medium', 'The content was refused.', 'Le contenu a été refusé.'),
  USER_BLOCKED: entry(403, 'low', 'This user cannot be reached.', 'Cet utilisateur ne peut pas être joint.'),
  CONVERSATION_BLOCKED: entry(403, 'low', 'This conversation is blocked.', 'Cette conversation est bloquée.'),
  USER_MUTED: entry(403, 'medium', 'You are muted here.', 'Vous êtes réduit au silence ici.'),
  USER_BANNED: entry(403, 'high', 'You are banned.', 'Vous êtes banni.'),
  ROOM_FULL: entry(409, 'low', 'The room is full.', 'Le salon est complet.'),
  RESOURCE_CONFLICT: entry(
    409,
    'low',
    'This is taken or was changed meanwhile.',
    'Ceci est déjà pris ou a changé entre-temps.',
  ),
  PAYLOAD_TOO_LARGE: entry(413, 'medium', 'The request is too large.', 'La requête est trop grande.'),
  UNSUPPORTED_MEDIA_TYPE: entry(415, 'low', 'Send JSON.', 'Envoyez du JSON.'),
  FEATURE_DISABLED: entry(
    403,
    'low',
    'This feature is off on this server.',
    'Cette fonction est désactivée sur ce serveur.',
  ),
  SERVICE_UNAVAILABLE: entry(
    503,
    'high',
    'The server cannot do this right now; try again.',
    'Le serveur ne peut pas répondre maintenant ; réessayez.',
  ),
  INTERNAL_ERROR: entry(500, 'high', 'Something failed on our side.', 'Une erreur est survenue de notre côté.'),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errors
export const locales = ['en', 'fr'] as const
export type Locale = (typeof locales)[number]
export type ErrorDetails = Record<string, unknown> | Record<string, unknown>[]

const ten_years_s = 10 * 365 * 86_400

/** An expected failure. `retry_after` is in seconds; a wait of more than ten years is without an end, which is null. */
export class AppError extends Error {
  readonly retry_after: number | null

  constructor(
    readonly code: ErrorCode,
    readonly details?: ErrorDetails,
    retry_after: number | null = null,
  ) {
    super(errors[code].en)
    this.name = 'AppError'
    this.retry_after = retry_after !== null && retry_after > ten_years_s ? null : retry_after
  }
}

export const errorText = (code: ErrorCode, locale: Locale): string => errors[code][locale]
