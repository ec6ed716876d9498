// Written by `bun run generate` from migrations/*.sql.
import m001 from '../../../migrations/001_create_clean_database.sql' with { type: 'text' }

export const migrations: readonly { version: number; name: string; text: string }[] = [
  { version: 1, name: '001_create_clean_database.sql', text: m001 },
]
