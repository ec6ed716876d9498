/** The reasons that the code writes by hand, and what schemas say of their fields, in French. English is the key; `#` stands for a number. */
import type { ErrorDetails, Locale } from './errors.ts'

const french: Record<string, string> = {
  '# to # of A-Z a-z #-# _ . - that begin and end with a letter, a digit or _.':
    'de # à # caractères parmi A-Z a-z #-# _ . - qui commencent et finissent par une lettre, un chiffre ou _.',
  'a DM cannot be left for good': 'on ne quitte pas une conversation privée pour de bon',
  'a bot owns no bots': 'un robot ne possède pas de robots',
  'a bot has no password': 'un robot n’a pas de mot de passe',
  'a member already': 'déjà membre',
  'a number, or a string of at most # characters': 'un nombre, ou un texte de # caractères au plus',
  'a role at or above your own': 'un rôle égal ou supérieur au vôtre',
  'a string is required': 'un texte est obligatoire',
  'an owner cannot be acted upon by others': 'un propriétaire n’est soumis à personne',
  'another user': 'un autre utilisateur',
  archived: 'archivé',
  'at most # characters': '# caractères au plus',
  'at most # words and phrases': '# mots et expressions au plus',
  'at most # conversations': '# conversations au plus',
  binary: 'binaire',
  'Comma-separated: public, private, joined, owned.': 'Séparés par des virgules : public, private, joined, owned.',
  'data must be an object': 'data doit être un objet',
  'differs from the header Idempotency-Key': 'diffère de l’en-tête Idempotency-Key',
  'does not go with parent_id': 'ne va pas avec parent_id',
  'does not go with since_seq, which tells of every message':
    'ne va pas avec since_seq, qui parle de tous les messages',
  'each conversation once': 'chaque conversation une seule fois',
  'give these rooms to somebody first': 'donnez d’abord ces salons à quelqu’un',
  'give Authorization or X-API-Key, not both': 'donnez Authorization ou X-API-Key, pas les deux',
  'give only one of before_id, after_id and since_seq': 'donnez l’un seulement parmi before_id, after_id et since_seq',
  'give room_id or conversation_id, and only one of them':
    'donnez room_id ou conversation_id, et l’un des deux seulement',
  'give user_id, or user1_id and user2_id': 'donnez user_id, ou user1_id et user2_id',
  'holds no word to look for': 'ne contient aucun mot à chercher',
  'in too many rooms': 'dans trop de salons',
  'is needed to change the address': 'est nécessaire pour changer l’adresse',
  'is needed to delete the account': 'est nécessaire pour supprimer le compte',
  'is needed with target_id': 'est nécessaire avec target_id',
  'is of a ban only: give active false too': 'n’est que d’un bannissement : donnez aussi active false',
  'is required': 'est obligatoire',
  'join the room first': 'entrez d’abord dans le salon',
  'Lower-case letters, digits, - and _; not only digits.':
    'Lettres minuscules, chiffres, - et _ ; pas seulement des chiffres.',
  'must be # to # of A-Z a-z #-# _ . - and begin and end with a letter, a digit or _':
    'doit avoir de # à # caractères parmi A-Z a-z #-# _ . - et commencer et finir par une lettre, un chiffre ou _',
  'must be 1h to 72h or 1d to 90d': 'doit être de 1h à 72h ou de 1d à 90d',
  'must be a day or a time such as #-#-# or #-#-31T12:#:00Z':
    'doit être un jour ou une date et heure comme #-#-# ou #-#-31T12:#:00Z',
  'must be a time in the future, or null': 'doit être une date et heure dans le futur, ou null',
  'must be a time such as #-#-31T12:#:00Z': 'doit être une date et heure comme #-#-31T12:#:00Z',
  'needs at least # characters': 'demande au moins # caractères',
  'needs at least # letters before *': 'demande au moins # lettres avant *',
  'must be an address or a range, such as #.0.0.0/# or ::#':
    'doit être une adresse ou une plage, comme #.0.0.0/# ou ::#',
  'must be an e-mail address': 'doit être une adresse e-mail',
  'must be your username, as this account has no password':
    'doit être votre nom d’utilisateur, car ce compte n’a pas de mot de passe',
  'must be the six digits of the app, or a backup code':
    'doit être les six chiffres de l’application, ou un code de secours',
  'must be true': 'doit valoir true',
  'must be valid Unicode text without NUL': 'doit être du texte Unicode valide, sans NUL',
  'must have # to # printable ASCII characters, and not begin with "~"':
    'doit avoir de # à # caractères ASCII imprimables, et ne pas commencer par « ~ »',
  'must have # to # characters': 'doit avoir de # à # caractères',
  'must have # to # characters, none of them a control character, and not begin with "~"':
    'doit avoir de # à # caractères, sans caractère de contrôle, et ne pas commencer par « ~ »',
  'must have # to # characters, without NUL or lone surrogates':
    'doit avoir de # à # caractères, sans NUL ni demi-codet isolé',
  'must have at most # characters, and no control characters':
    'doit avoir # caractères au plus, sans caractère de contrôle',
  'must have at most # characters, without NUL or lone surrogates':
    'doit avoir # caractères au plus, sans NUL ni demi-codet isolé',
  'must not be blank': 'ne doit pas être vide',
  'must not be only digits, or it would look like an id': 'ne doit pas être fait que de chiffres, comme un identifiant',
  'must not be the username': 'ne doit pas être le nom d’utilisateur',
  'must not hold lone surrogates': 'ne doit pas contenir de demi-codet isolé',
  'must not hold NUL or lone surrogates': 'ne doit contenir ni NUL ni demi-codet isolé',
  'must not hold NUL or lone surrogates, nor be nested deeper than #':
    'ne doit contenir ni NUL ni demi-codet isolé, ni plus de # niveaux',
  'nobody changes their own role or standing': 'personne ne change son propre rôle ni son propre statut',
  'no second factor waits to be confirmed': 'aucun second facteur n’attend d’être confirmé',
  'no usable subject': 'aucun sujet utilisable',
  'nobody here is this subject': 'personne ici n’est ce sujet',
  'nobody mutes themselves': 'personne ne se réduit soi-même au silence',
  'not a cursor of this search': 'n’est pas un curseur de cette recherche',
  'not a cursor of this list': 'n’est pas un curseur de cette liste',
  'not a member': 'pas membre',
  "not a permission of the key's owner": 'pas une permission du propriétaire de la clé',
  'not a permission of this key': 'pas une permission de cette clé',
  'only for people who have signed in': 'seulement pour qui est identifié',
  'not an API key': 'pas une clé',
  'not an object': 'pas un objet',
  'not JSON': 'pas du JSON',
  'not the author': 'pas l’auteur',
  'of equal or higher rank': 'de rang égal ou supérieur',
  'one cannot block oneself': 'on ne se bloque pas soi-même',
  'one cannot report oneself': 'on ne se signale pas soi-même',
  'one emoji, or a name such as :party:': 'un emoji, ou un nom comme :party:',
  'one of the two must be you': 'vous devez être l’un des deux',
  'the last administrator cannot be taken away': 'le dernier administrateur doit rester',
  'the last owner can neither leave nor step down; give the room to somebody first':
    'le dernier propriétaire ne peut ni partir ni céder son rang ; donnez d’abord le salon à quelqu’un',
  'the last owner cannot leave; give the room to somebody first':
    'le dernier propriétaire ne peut pas partir ; donnez d’abord le salon à quelqu’un',
  'the account changed meanwhile; ask again': 'le compte a changé entre-temps ; redemandez',
  'several accounts have this address; give a username':
    'plusieurs comptes ont cette adresse ; donnez un nom d’utilisateur',
  'the bots changed meanwhile; ask again': 'les robots ont changé entre-temps ; redemandez',
  'the membership changed meanwhile; ask again': 'l’appartenance a changé entre-temps ; redemandez',
  'the second factor is off': 'le second facteur est désactivé',
  'the second factor is on': 'le second facteur est activé',
  'turn on a second factor first': 'activez d’abord un second facteur',
  'too deep': 'trop profond',
  'this account has no password': 'ce compte n’a pas de mot de passe',
  'too many API keys': 'trop de clés d’API',
  'too many bots': 'trop de bots',
  'too many different reactions': 'trop de réactions différentes',
  'too many invites': 'trop d’invitations',
  'too many messages wait to be written': 'trop de messages attendent d’être écrits',
  'too many pinned messages': 'trop de messages épinglés',
}

/** Numbers that stand alone: the ones in `user1_id` belong to the name. */
const number = /(?<![\w.])\d+(?![\w])/g

/** An English phrase in the language asked for; one that is not in the table stays English. */
export function phrase(text: string, locale: Locale): string {
  if (locale === 'en') return text
  const key = text.replace(number, '#')
  const known = Object.hasOwn(french, key) ? french[key] : undefined
  if (known === undefined) return text
  const numbers = (text.match(number) ?? []).values()
  return known.replaceAll('#', () => numbers.next().value ?? '#')
}

/** Details of an error, with their reasons in the language asked for. Everything else in them is for programs. */
export function localised(details: ErrorDetails | undefined, locale: Locale): ErrorDetails | undefined {
  if (locale === 'en' || details === undefined) return details
  const one = (detail: Record<string, unknown>) =>
    typeof detail['reason'] === 'string' ? { ...detail, reason: phrase(detail['reason'], locale) } : detail
  return Array.isArray(details) ? details.map(one) : one(details)
}
