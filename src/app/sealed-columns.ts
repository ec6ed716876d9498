import { secret_context } from '../features/accounts/index.ts'
import type { SealedColumn } from '../features/sealed/index.ts'
import { email_context } from '../features/users/index.ts'

/** Everything that the vault seals. What is not here stays under its old key when keys rotate. */
export const sealedColumns: readonly SealedColumn[] = [
  {
    name: 'e-mail addresses',
    table: 'users',
    id: 'id',
    column: 'email_encrypted',
    index: 'email_index',
    context: () => email_context,
  },
  {
    name: 'second factors',
    table: 'second_factors',
    id: 'user_id',
    column: 'secret',
    index: null,
    context: secret_context,
  },
]
