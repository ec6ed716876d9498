export { isConnectionError, onConstraint } from './failures.ts'
export { checksum, migrate, migrationStatus, type Migration, type MigrationState } from './migrate.ts'
export { openDatabase, type Database, type DatabaseOptions } from './open.ts'
export { connect, transact, type ConnectOptions, type Sql } from './sql.ts'
