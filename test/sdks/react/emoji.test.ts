import { describe, expect, test } from 'bun:test'

import { emojiCompletion } from '../../../sdks/react/src/composer/completion.ts'
import { findEmoji } from '../../../sdks/react/src/emoji.ts'

const names = (letters: string, limit?: number) => findEmoji(letters, limit).map(({ name }) => name)

describe('emoji are found by name', () => {
  test.each([
    ['the name itself before those that begin with it', 'sun', ['sun', 'sunglasses', 'sunflower']],
    [
      'beginnings, then later words, then the middle of a word',
      'up',
      ['up', 'upside_down', 'point_up', 'arrow_up', 'thumbsup', 'superhero'],
    ],
    ['what is typed in capitals and with blanks as words are', ' Slight Smile', ['slight_smile']],
    ['a number', '1', ['100', '+1', '-1']],
    ['nothing for what no name has', 'zebra', []],
  ])('%s', (_, letters, best) => {
    expect(names(letters).slice(0, best.length)).toEqual(best)
    if (best.length === 0) expect(names(letters)).toEqual([])
  })

  test('each once, by the name that fits best', () => {
    expect(findEmoji('party').filter(({ emoji }) => emoji === '🎉')).toEqual([{ name: 'party', emoji: '🎉' }])
    expect(findEmoji('tada')).toEqual([{ name: 'tada', emoji: '🎉' }])
  })

  test('in the same order behind a colon', async () => {
    const found = await emojiCompletion.find('heart')
    expect(found.map(({ label }) => label)).toEqual(names('heart', 8).map((name) => `:${name}:`))
    expect(found[0]).toMatchObject({ insert: '❤️', label: ':heart:' })
  })
})
