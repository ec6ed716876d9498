import type { Locale } from '../languages.ts'

interface Words {
  tagline: string
  sign_in: string
  sign_up: string
  signing_in: string
  to_sign_up: string
  to_sign_in: string
  to_chat: string
  username: string
  username_or_email: string
  username_hint: string
  username_taken: string
  username_form: string
  password: string
  password_hint: string
  password_form: string
  email: string
  email_hint: string
  email_form: string
  invited: string
  was_ended: string
  wrong: string
  wrong_email: string
  locked: string
  locked_for(minutes: number): string
  banned_title: string
  banned: string
  banned_until(time: string): string
  banned_because(reason: string): string
  banned_ask: string
  try_again: string
  to_sign_out: string
  closed: string
  factor_title: string
  factor_app: string
  factor_backup: string
  app_code: string
  backup_code: string
  use_backup: string
  use_app: string
  wrong_code: string
  go_on: string
  back: string
  forgot: string
  forgot_text: string
  reset: string
  new_password: string
  reset_save: string
  reset_done: string
  reset_over: string
  language: string
  factor_due: string
}

export const sign_words: Record<Locale, Words> = {
  en: {
    tagline: 'A calm place to talk.',
    sign_in: 'Sign in',
    sign_up: 'Create account',
    signing_in: 'One moment',
    to_sign_up: 'New here? Create an account',
    to_sign_in: 'You have an account? Sign in',
    to_chat: 'Back to the chat',
    username: 'Username',
    username_or_email: 'Username or e-mail address',
    username_hint: '2 to 32 letters from a to z, digits, dots, dashes or underscores. Others mention you by it.',
    username_taken: 'Somebody has this name already. Choose another one.',
    username_form:
      'A name has 2 to 32 letters from a to z, digits, dots, dashes or underscores, and begins and ends with a letter or a digit.',
    password: 'Password',
    password_hint: 'At least 8 characters. A few words in a row are easy to keep in mind.',
    password_form: 'A password has 8 to 256 characters, and is not the username.',
    email: 'E-mail address (optional)',
    email_hint: 'You can sign in with it too. Others do not see it.',
    email_form: 'This is not an e-mail address.',
    invited: 'You have been invited. Sign in or create an account to accept.',
    was_ended: 'You were signed out: your session was ended elsewhere. Sign in to go on.',
    wrong: 'That name and that password do not belong together.',
    wrong_email: 'That address and that password do not belong together. Try your username in its place.',
    locked: 'Too many wrong passwords. Wait a while, then try again.',
    locked_for: (minutes) =>
      `Too many wrong passwords. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    banned_title: 'You are banned from this server',
    banned: 'This account is banned, without an end.',
    banned_until: (time) => `This account is banned until ${time}.`,
    banned_because: (reason) => `Reason: ${reason.replace(/[.\s]+$/, '')}.`,
    banned_ask: 'Whoever runs this server can tell you more.',
    try_again: 'Try again',
    to_sign_out: 'Sign out',
    closed: 'This server creates no accounts by itself. Ask whoever runs it.',
    factor_title: 'Your second factor',
    factor_app: 'Enter the six digits that your authenticator app shows now.',
    factor_backup: 'Enter one of the backup codes that you kept. Each works once.',
    app_code: 'Code from the app',
    backup_code: 'Backup code',
    use_backup: 'Use a backup code',
    use_app: 'Use the app',
    wrong_code: 'This code is not right, or was used already. Try the next one.',
    go_on: 'Go on',
    back: 'Back',
    forgot: 'Forgot the password?',
    forgot_text: 'Ask whoever runs this server: administrators can give you a link to a new password.',
    reset: 'New password',
    new_password: 'New password',
    reset_save: 'Set password',
    reset_done: 'Your password is set. Sign in with it.',
    reset_over: 'This link does not work any more. Ask whoever runs this server for a new one.',
    language: 'Language',
    factor_due: 'Administrators of this server need a second factor. Set it up here to go on.',
  },
  fr: {
    tagline: 'Un endroit calme pour se parler.',
    sign_in: 'Se connecter',
    sign_up: 'Créer un compte',
    signing_in: 'Un instant',
    to_sign_up: 'Première visite ? Créer un compte',
    to_sign_in: 'Vous avez un compte ? Se connecter',
    to_chat: 'Retour à la discussion',
    username: 'Nom d’utilisateur',
    username_or_email: 'Nom d’utilisateur ou adresse e-mail',
    username_hint: '2 à 32 lettres sans accent, chiffres, points, tirets ou soulignés. On vous mentionne par ce nom.',
    username_taken: 'Ce nom est déjà pris. Choisissez-en un autre.',
    username_form:
      'Un nom compte 2 à 32 lettres sans accent, chiffres, points, tirets ou soulignés ; il commence et finit par une lettre ou un chiffre.',
    password: 'Mot de passe',
    password_hint: 'Au moins 8 caractères. Quelques mots à la suite se retiennent bien.',
    password_form: 'Un mot de passe compte 8 à 256 caractères et diffère du nom d’utilisateur.',
    email: 'Adresse e-mail (facultative)',
    email_hint: 'Elle sert aussi à se connecter. Les autres ne la voient pas.',
    email_form: 'Ce n’est pas une adresse e-mail.',
    invited: 'Vous êtes invité. Connectez-vous ou créez un compte pour accepter.',
    was_ended: 'Vous avez été déconnecté : votre session a pris fin ailleurs. Connectez-vous pour continuer.',
    wrong: 'Ce nom et ce mot de passe ne vont pas ensemble.',
    wrong_email: 'Cette adresse et ce mot de passe ne vont pas ensemble. Essayez votre nom d’utilisateur à la place.',
    locked: 'Trop de mots de passe erronés. Patientez un peu, puis réessayez.',
    locked_for: (minutes) =>
      `Trop de mots de passe erronés. Réessayez dans ${minutes} ${minutes < 2 ? 'minute' : 'minutes'}.`,
    banned_title: 'Vous êtes banni de ce serveur',
    banned: 'Ce compte est banni, sans limite de durée.',
    banned_until: (time) => `Ce compte est banni jusqu’au ${time}.`,
    banned_because: (reason) => `Motif : ${reason.replace(/[.\s]+$/, '')}.`,
    banned_ask: 'Adressez-vous à qui gère ce serveur.',
    try_again: 'Réessayer',
    to_sign_out: 'Se déconnecter',
    closed: 'Ce serveur n’ouvre pas de compte de lui-même. Adressez-vous à qui le gère.',
    factor_title: 'Double authentification',
    factor_app: 'Saisissez les six chiffres affichés par votre application d’authentification.',
    factor_backup: 'Saisissez un des codes de secours que vous avez gardés. Chacun sert une fois.',
    app_code: 'Code de l’application',
    backup_code: 'Code de secours',
    use_backup: 'Utiliser un code de secours',
    use_app: 'Utiliser l’application',
    wrong_code: 'Ce code n’est pas le bon, ou a déjà servi. Essayez le suivant.',
    go_on: 'Continuer',
    back: 'Retour',
    forgot: 'Mot de passe oublié ?',
    forgot_text:
      'Adressez-vous à qui gère ce serveur : l’administration peut vous donner un lien vers un nouveau mot de passe.',
    reset: 'Nouveau mot de passe',
    new_password: 'Nouveau mot de passe',
    reset_save: 'Enregistrer',
    reset_done: 'Votre mot de passe est enregistré. Connectez-vous avec lui.',
    reset_over: 'Ce lien n’est plus valable. Demandez-en un nouveau à qui gère ce serveur.',
    language: 'Langue',
    factor_due:
      'Sur ce serveur, les comptes d’administration exigent la double authentification. Configurez-la ici pour continuer.',
  },
}
