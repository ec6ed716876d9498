import { describe, expect, test } from 'bun:test'
import { askedFor } from '../../../src/features/messages/asking.ts'
import { createStemmer } from '../../../src/features/messages/index.ts'
import { rootOf, understand } from '../../../src/features/messages/search-terms.ts'
import { firstWords } from '../../../src/features/messages/words.ts'
import { wordsOfTheRoom } from '../../bench/million.ts'
import { createDatabase } from '../../services/postgres.ts'

const counted = { looked_at: 600, messages: 1_000_000 }

describe('the index is asked for', () => {
  test.each<[string, string[], { holding: number[]; holding_all: number }, { loose: string; seen: number; together: boolean }]>([
    ['one word as it is', ['a'], { holding: [7], holding_all: 7 }, { loose: 'a & !x', seen: 7, together: false }],
    ['the rare one of two words, when the other is said all the time', ['a', 'b'], { holding: [300, 0], holding_all: 0 }, { loose: 'b & !x', seen: 0, together: false }],
    ['both when neither says more', ['a', 'b'], { holding: [300, 200], holding_all: 90 }, { loose: 'a & b & !x', seen: 90, together: false }],
    ['two words that hardly ever come together at once', ['a', 'b'], { holding: [3, 4], holding_all: 0 }, { loose: 'a & b & !x', seen: 0, together: true }],
    ['two words that may come together more often in windows', ['a', 'b'], { holding: [30, 20], holding_all: 1 }, { loose: 'a & b & !x', seen: 1, together: false }],
    ['no more than was counted, when there are more than four words', ['a', 'b', 'c', 'd', 'e'], { holding: [0, 0, 0, 0], holding_all: 0 }, { loose: 'a & b & c & d & !x', seen: 0, together: false }],
  ])('%s', (_, parts, holding, asked) => {
    expect(askedFor({ parts, without: ['!x'] }, { ...counted, ...holding })).toEqual(asked)
  }) // prettier-ignore

  test('all of it while nothing has been counted', () => {
    expect(askedFor({ parts: ['a', 'b'], without: ['!x'] })).toEqual({ loose: 'a & b & !x', seen: 0, together: false })
  })
})

/** Endings that English and French take off or put another in place of. */
const endings =
  'y ies ied ying s es ing ed er ational tional enci anci izer bli alli entli eli ousli ization ation ator alism iveness fulness ousness aliti iviti biliti logi fulli lessli icate ative alize iciti ical ful ness ance ique isme able iste eux euse ances atrice ateur ation logie usion ution ence ité ivité icité abilité if ive icateur ication eaux aux euses ement ements issement amment emment ment issaient irai eront ées ât ons ière enne onne ette elle eil'.split(
    ' ',
  )

test('stems begin as their words do, so that words which begin otherwise need none', async () => {
  const { sql, drop } = await createDatabase()
  const odd =
    'skies dying lying tying idly gently ugly early only singly news howe œuvres œil yeux âgées île élèves aînée çà quelques travaux chevaux constamment évidemment'
  const grown = wordsOfTheRoom()
    .slice(0, 110)
    .flatMap((word) => endings.map((ending) => word + ending))
  const words = [wordsOfTheRoom().slice(0, 5000), grown, [odd]].flatMap((some) => firstWords(some.join(' ')))
  const stems = await createStemmer().stems(sql, words)
  const strange = words.filter((word) => stems(word).some((stem) => !word.folded.startsWith(rootOf(stem))))
  expect(words.filter((word) => stems(word).length > 0).length).toBeGreaterThan(12_000)
  expect(strange.map(({ written }) => written)).toEqual([])
  await drop()
})

test('a word is looked for by what every message has that says it, however it is written', async () => {
  const { sql, drop } = await createDatabase()
  const stemmer = createStemmer()
  const missed: string[] = []
  for (const ways of [
    ['teas', '𝐭𝐞𝐚𝐬', 'ｔｅａｓ', 'ᵗᵉᵃˢ'],
    ['houses', '𝗵𝗼𝘂𝘀𝗲𝘀', 'HOUSES'],
    ['oes', 'œs'],
    ['aes', 'æs', 'Æs'],
    ['fines', 'ﬁnes'],
    ['eleves', 'élèves', 'ÉLÈVES'],
    ['the', 'thé'],
    ['ete', 'été', 'ÉTÉ'],
    ['memes', 'mêmes'],
  ]) {
    for (const said of ways) {
      const words = firstWords(said)
      const stems = await stemmer.stems(sql, words)
      const document = new Set(words.flatMap((word) => [word.folded, ...stems(word)]))
      for (const asked of ways) {
        const { parts } = await understand(sql, asked, stemmer, 0)
        const [found] = await sql<{ fits: boolean }[]>`
          select array_to_tsvector(${[...document]}::text[]) @@ ${parts.join(' & ')}::tsquery as fits`
        if (found?.fits !== true) missed.push(`${asked} in ${said}`)
      }
    }
  }
  expect(missed).toEqual([])
  await drop()
})
