/** The keys of `[security]` that accounts obey: durations in milliseconds, a limit of 0 means none. */
export interface AccountSettings {
  jwt_access_duration: number
  jwt_refresh_duration: number
  session_max_age: number
  session_idle_timeout: number
  max_sessions_per_user: number
  registration: boolean
  login_max_failures: number
  login_lockout: number
  user_emails: boolean
  max_forgot_passwords_per_hour: number
  password_reset_duration: number
  enable_2fa: boolean
  require_2fa_for_admins: boolean
  argon2_memory_kib: number
  argon2_iterations: number
}
