/** The keys of `[security]` that accounts obey: durations in milliseconds, a limit of 0 means none. */
export interface AccountSettings {
  jwt_access_duration: number
  jwt_refresh_duration: number
  session_max_age: number
  registration: boolean
  login_max_failures: number
  login_lockout: number
  argon2_memory_kib: number
  argon2_iterations: number
}
