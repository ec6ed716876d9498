// A room with a long past, written straight into the database.
import { createIndexer, createStemmer } from '../../src/features/messages/index.ts'
import type { Log } from '../../src/kernel/log.ts'
import type { Sql } from '../../src/platform/db/index.ts'
import { first_room, first_user } from './world.ts'

// What people say most, English and French; after them come made-up words, each rarer than the one before (Zipf: the n-th word is said 1/n as often as the first).
const english =
  'the of and to in is it that was for on you he be with as by at have are this not but had his they from she which or we an there were one do been all their has would will what if can when so no said who more about up out them then some her could into time only new other see than my any now people may after first also made over did down should work place year well long little very day just old own through such because good each those might must great where same way before know deploy server meeting release review'.split(
    ' ',
  )
const french =
  'le la les de des un une et est dans pour que qui ne pas sur avec ce il elle nous vous ils son sa ses au aux par plus tout mais comme être avoir faire dire aller voir savoir pouvoir falloir déjà été très après même où là ça année café équipe réunion déployer problème réponse détail système écran fenêtre élève français'.split(
    ' ',
  )
const syllables = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu zé tran ple gri sto'.split(' ')
const endings = ['ing', '', 's', '', 'ed', 'ment']
const vocabulary = 50_000

/** The words of the room, the most frequent first; always the same ones. */
export function wordsOfTheRoom(): string[] {
  const words = new Set<string>()
  for (let n = 0; n < Math.max(english.length, french.length); n++)
    for (const word of [english[2 * n], english[2 * n + 1], french[n]]) if (word !== undefined) words.add(word)
  for (let n = 0; words.size < vocabulary; n++) {
    let word = ''
    for (let rest = ((n * 7919) % 390_625) + 625; rest > 0; rest = Math.floor(rest / 25)) word += syllables[rest % 25]
    words.add(word + endings[n % endings.length])
  }
  return [...words]
}

const at_a_time = 50_000

/** Fills the world's first room: 4 to 24 words a message, one message every ten seconds until now, by a thousand people of whom some say most. */
export async function fillRoom(sql: Sql, messages: number): Promise<void> {
  const room = first_room
  await sql`create table vocabulary (rank integer primary key, word text not null)`
  await sql`insert into vocabulary select rank, word from unnest(${wordsOfTheRoom()}::text[]) with ordinality as w (word, rank)`
  await sql`select setseed(0.5)`
  for (let from = 1; from <= messages; from += at_a_time) {
    const to = Math.min(messages, from + at_a_time - 1)
    await sql`
      insert into messages (id, conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
      select n, ${room}, ${first_user} + floor(1000 * random() * random())::integer, n, n, n, 'past-' || n, said.content, 'text', sent.at, sent.at
      from generate_series(${from}::integer, ${to}::integer) n
      cross join lateral (select now() - (${messages}::integer - n) * interval '10 seconds' as at) sent
      cross join lateral (
        select string_agg(v.word, ' ') as content
        from (select greatest(1, floor(exp(random() * ln(${vocabulary}::integer))))::integer as rank from generate_series(1, 4 + (random() * 20)::integer + n * 0)) chosen
        join vocabulary v on v.rank = chosen.rank
      ) said`
  }
  await sql`update conversations set last_seq = ${messages}, message_count = ${messages}, last_message_id = ${messages} where id = ${room}`
  await sql`select setval('messages_id_seq', ${messages})`
  await sql`vacuum analyze messages`
}

const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: console.error, target: () => quiet }

/** Brings the search index to where the room is, as the server would in its spare time. Messages a second. */
export async function indexRoom(sql: Sql, messages: number): Promise<number> {
  const indexer = createIndexer({ sql, stemmer: createStemmer(), log: quiet, isBusy: () => false })
  const began = performance.now()
  while (!(await indexer.catchUp([first_room])));
  await indexer.stop()
  const seconds = (performance.now() - began) / 1000
  await sql`vacuum analyze message_search`
  return messages / seconds
}
