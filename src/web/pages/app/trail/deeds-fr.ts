import type { Action, ActionWords } from './deeds-en.ts'
import type { Facts } from './facts.ts'

// What follows « de » begins with @ or a consonant, so nothing is elided.
const sessions = (count: string) => (count === '1' ? 'une session' : `${count} sessions`)
const withFields = (said: string, fields: string) => (fields === '' ? said : `${said} : ${fields}`)

const ends: Record<string, string> = {
  password: 'car le mot de passe a changé',
  reset: 'car un nouveau mot de passe a été choisi',
  reuse: 'car un jeton de connexion a servi deux fois',
  limit: 'car il y en avait trop',
  banned: 'car le compte a été banni',
  deleted: 'car le compte a été supprimé',
}

function sessionsEnded({ is_own, person, text }: Facts): string {
  const said = `a fermé ${sessions(text('sessions'))}${is_own ? '' : ` de ${person('user_id')}`}`
  const why = ends[text('reason')]
  return why === undefined ? said : `${said}, ${why}`
}

function signedIn({ person, text }: Facts): string {
  if (text('by') === 'cli') return `a ouvert un accès pour ${person('user_id')}`
  return text('issuer') === '' ? 's’est connecté' : `s’est connecté par ${text('issuer')}`
}

function followed({ target, details, role, text }: Facts): string {
  const name = details['renamed'] === true ? 'un nouveau nom' : ''
  const rank = text('role') === '' ? '' : `le rôle « ${role('role')} »`
  const what = [name, rank].filter((part) => part !== '').join(' et ')
  return `${what === '' ? `a modifié le compte de ${target}` : `a donné à ${target} ${what}`}, comme le dit ${text('issuer')}`
}

function nicknamed({ is_own, target, text }: Facts): string {
  const name = text('to')
  if (is_own) return name === '' ? 'a renoncé à son surnom ici' : `a pris ici le surnom « ${name} »`
  return name === '' ? `a retiré le surnom de ${target}` : `a surnommé ${target} « ${name} »`
}

export const french_actions: Record<Action, ActionWords> = {
  'user.register': { label: 'Comptes créés', done: () => 'a créé un compte' },
  'user.create': {
    label: 'Comptes créés en ligne de commande',
    done: ({ target }) => `a créé le compte de ${target}`,
  },
  'user.promote': {
    label: 'Rôles donnés en ligne de commande',
    done: ({ target, role }) => withFields(`a donné un rôle à ${target}`, role('role')),
  },
  'user.update': { label: 'Profils modifiés', done: ({ fields }) => withFields('a modifié son profil', fields()) },
  'user.delete': { label: 'Comptes supprimés', done: () => 'a supprimé son compte' },
  'user.export': {
    label: 'Copies de données personnelles',
    done: () => 'a pris une copie de tout ce qui est gardé à son sujet',
  },
  'user.block': {
    label: 'Blocages',
    done: ({ target, details }) => `${details['block'] === false ? 'a débloqué' : 'a bloqué'} ${target}`,
  },
  'user.role': {
    label: 'Rôles sur le serveur',
    done: ({ target, role }) => `a changé le rôle de ${target} : ${role('from')} → ${role('to')}`,
  },
  'user.ban': {
    label: 'Bannissements',
    done: ({ target, moment }) =>
      `a banni ${target} ${moment('until') === null ? 'sans limite' : `jusqu’au ${moment('until')}`}`,
  },
  'user.unban': {
    label: 'Bannissements levés',
    done: ({ target, text }) =>
      text('reason') === 'over'
        ? `a de nouveau laissé entrer ${target}, car le bannissement était terminé`
        : `a levé le bannissement de ${target}`,
  },
  'user.provision': {
    label: 'Comptes créés par un service de connexion',
    done: ({ text }) => `s’est connecté par ${text('issuer')} pour la première fois, et a ainsi reçu un compte`,
  },
  'user.follow': { label: 'Noms et rôles d’un service de connexion', done: followed },
  'session.begin': { label: 'Connexions', done: signedIn },
  'session.end': { label: 'Déconnexions', done: sessionsEnded },
  'session.reuse': {
    label: 'Jetons de connexion réutilisés',
    done: ({ person }) => `a utilisé deux fois un jeton de connexion de ${person('user_id')}`,
  },
  'password.change': { label: 'Mots de passe changés', done: () => 'a changé son mot de passe' },
  'password.confirm': { label: 'Mots de passe redemandés', done: () => 'a confirmé son mot de passe' },
  'password.forgot': {
    label: 'Mots de passe oubliés',
    done: ({ target }) => `a demandé un nouveau mot de passe pour ${target === '' ? 'une adresse e-mail' : target}`,
  },
  'password.reset_token': {
    label: 'Liens de nouveau mot de passe',
    done: ({ target }) => `a créé un lien de nouveau mot de passe pour ${target}`,
  },
  'password.reset': {
    label: 'Mots de passe remplacés',
    done: ({ is_own, target }) =>
      is_own
        ? 'a choisi un nouveau mot de passe par un lien qui lui a été donné'
        : `a choisi un nouveau mot de passe pour ${target}`,
  },
  'second_factor.enable': {
    label: 'Doubles authentifications activées',
    done: () => 'a activé la double authentification',
  },
  'second_factor.disable': {
    label: 'Doubles authentifications désactivées',
    done: () => 'a désactivé la double authentification',
  },
  'second_factor.codes': { label: 'Nouveaux codes de secours', done: () => 'a créé de nouveaux codes de secours' },
  'second_factor.confirm': {
    label: 'Codes de double authentification',
    done: () => 'a donné un code de double authentification',
  },
  'second_factor.reset': {
    label: 'Doubles authentifications retirées',
    done: ({ target }) => `a retiré la double authentification de ${target}`,
  },
  'key.create': { label: 'Clés d’API créées', done: ({ text }) => `a créé la clé d’API « ${text('name')} »` },
  'key.revoke': {
    label: 'Clés d’API révoquées',
    done: ({ text }) => `a révoqué la clé d’API qui commence par ${text('prefix')}`,
  },
  'key.use': { label: 'Clés d’API refusées', done: () => 'a utilisé une clé d’API' },
  'bot.create': { label: 'Robots créés', done: ({ text }) => `a créé le robot ${text('username')}` },
  'bot.update': {
    label: 'Robots modifiés',
    done: ({ target, fields }) => withFields(`a modifié le robot ${target}`, fields()),
  },
  'bot.delete': { label: 'Robots supprimés', done: ({ text }) => `a supprimé le robot ${text('username')}` },
  'room.create': { label: 'Salons créés', done: ({ text }) => `a créé le salon ${text('name')}` },
  'room.update': { label: 'Réglages des salons', done: ({ fields }) => withFields('a modifié le salon', fields()) },
  'room.archive': {
    label: 'Archivage',
    done: ({ details }) => (details['archived'] === false ? 'a rouvert le salon' : 'a archivé le salon'),
  },
  'room.delete': { label: 'Salons supprimés', done: ({ text }) => `a supprimé le salon ${text('name')}` },
  'invite.create': { label: 'Invitations créées', done: () => 'a créé un lien d’invitation' },
  'invite.revoke': { label: 'Invitations révoquées', done: () => 'a révoqué un lien d’invitation' },
  'member.join': {
    label: 'Arrivées',
    done: ({ text }) =>
      text('invite_id') === '' ? 'a rejoint le salon' : 'a rejoint le salon par un lien d’invitation',
  },
  'member.leave': { label: 'Départs', done: () => 'a quitté le salon' },
  'member.add': {
    label: 'Personnes ajoutées',
    done: ({ target, role }) => `a ajouté ${target} au salon (${role('role')})`,
  },
  'member.role': {
    label: 'Rôles dans les salons',
    done: ({ target, role }) => `a changé le rôle de ${target} dans le salon : ${role('from')} → ${role('to')}`,
  },
  'member.mute': {
    label: 'Mises au silence',
    done: ({ target, moment }) =>
      moment('until') === null ? `a rendu la parole à ${target}` : `a rendu ${target} muet jusqu’au ${moment('until')}`,
  },
  'member.nickname': { label: 'Surnoms', done: nicknamed },
  'member.kick': { label: 'Exclusions', done: ({ target }) => `a exclu ${target} du salon` },
  'dm.create': {
    label: 'Premiers messages privés',
    done: ({ person }) => `a commencé une conversation avec ${person('user_id')}`,
  },
  'dm.block': {
    label: 'Blocages de messages privés',
    done: ({ person, details }) => `${details['block'] === false ? 'a débloqué' : 'a bloqué'} ${person('user_id')}`,
  },
  'message.delete': {
    label: 'Messages supprimés',
    done: ({ is_own, person }) =>
      is_own ? 'a supprimé un de ses messages' : `a supprimé un message de ${person('author_id')}`,
  },
  'message.pin': { label: 'Messages épinglés', done: () => 'a épinglé un message' },
  'message.unpin': { label: 'Messages détachés', done: () => 'a détaché un message' },
  'message.report': {
    label: 'Signalements',
    done: ({ person }) => `a signalé à la modération un message de ${person('author_id')}`,
  },
  'server.drain': { label: 'Arrêts de serveur', done: () => 'a déconnecté tout le monde et arrêté un serveur' },
  'audit.omit': {
    label: 'Refus omis',
    done: () => 'a laissé de côté des refus de la minute précédente, trop nombreux pour cette liste',
  },
}
