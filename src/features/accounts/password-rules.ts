import { AppError } from '../../kernel/errors.ts'

/** VALIDATION_FAILED for a password that everybody can read. */
export function requireOther(password: string, username: string, field: string): void {
  if (password.toLowerCase() === username.toLowerCase()) {
    throw new AppError('VALIDATION_FAILED', [{ field, reason: 'must not be the username' }])
  }
}
