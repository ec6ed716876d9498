// Written by `bun run generate` from migrations/*.sql.
import m001 from '../../../migrations/001_create_clean_database.sql' with { type: 'text' }
import m002 from '../../../migrations/002_message_changes.sql' with { type: 'text' }
import m003 from '../../../migrations/003_audit_trail.sql' with { type: 'text' }
import m004 from '../../../migrations/004_search.sql' with { type: 'text' }
import m005 from '../../../migrations/005_rooms.sql' with { type: 'text' }
import m006 from '../../../migrations/006_read_state.sql' with { type: 'text' }
import m007 from '../../../migrations/007_account_changes.sql' with { type: 'text' }
import m008 from '../../../migrations/008_reports.sql' with { type: 'text' }
import m009 from '../../../migrations/009_people.sql' with { type: 'text' }
import m010 from '../../../migrations/010_sessions_and_second_factors.sql' with { type: 'text' }
import m011 from '../../../migrations/011_keys_and_issuers.sql' with { type: 'text' }
import m012 from '../../../migrations/012_search_estimates.sql' with { type: 'text' }
import m013 from '../../../migrations/013_shared_emails.sql' with { type: 'text' }
import m014 from '../../../migrations/014_cheaper_reading.sql' with { type: 'text' }
import m015 from '../../../migrations/015_login_attempts.sql' with { type: 'text' }
import m016 from '../../../migrations/016_threads.sql' with { type: 'text' }
import m017 from '../../../migrations/017_mutes_outlive_leaving.sql' with { type: 'text' }
import m018 from '../../../migrations/018_replies_that_are_there.sql' with { type: 'text' }
import m019 from '../../../migrations/019_calls_that_counted.sql' with { type: 'text' }
import m020 from '../../../migrations/020_mentions_in_threads.sql' with { type: 'text' }

export const migrations: readonly { version: number; name: string; text: string }[] = [
  { version: 1, name: '001_create_clean_database.sql', text: m001 },
  { version: 2, name: '002_message_changes.sql', text: m002 },
  { version: 3, name: '003_audit_trail.sql', text: m003 },
  { version: 4, name: '004_search.sql', text: m004 },
  { version: 5, name: '005_rooms.sql', text: m005 },
  { version: 6, name: '006_read_state.sql', text: m006 },
  { version: 7, name: '007_account_changes.sql', text: m007 },
  { version: 8, name: '008_reports.sql', text: m008 },
  { version: 9, name: '009_people.sql', text: m009 },
  { version: 10, name: '010_sessions_and_second_factors.sql', text: m010 },
  { version: 11, name: '011_keys_and_issuers.sql', text: m011 },
  { version: 12, name: '012_search_estimates.sql', text: m012 },
  { version: 13, name: '013_shared_emails.sql', text: m013 },
  { version: 14, name: '014_cheaper_reading.sql', text: m014 },
  { version: 15, name: '015_login_attempts.sql', text: m015 },
  { version: 16, name: '016_threads.sql', text: m016 },
  { version: 17, name: '017_mutes_outlive_leaving.sql', text: m017 },
  { version: 18, name: '018_replies_that_are_there.sql', text: m018 },
  { version: 19, name: '019_calls_that_counted.sql', text: m019 },
  { version: 20, name: '020_mentions_in_threads.sql', text: m020 },
]
