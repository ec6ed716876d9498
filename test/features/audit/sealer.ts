/** A process of its own that seals what waits, to be killed while it does. Its database is in DATABASE_URL. */
import { createAudit } from '../../../src/features/audit/index.ts'
import { connect } from '../../../src/platform/db/index.ts'
import { recordLog } from '../../services/log.ts'

const sql = connect({ url: process.env['DATABASE_URL'] ?? '', max: 2, connect_timeout: 10_000, query_timeout: 30_000 })
await createAudit({ sql, log: recordLog() }).settle()
await sql.end()
