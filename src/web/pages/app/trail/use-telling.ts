import { useText } from '../context.ts'
import { useRegion } from '../parts/use-region.ts'
import type { Entry } from './facts.ts'
import { tell, type Told } from './telling.ts'
import { useNames } from './use-names.ts'
import { trail_words } from './words.ts'

/** How the reader is told of these deeds. */
export function useTelling(entries: readonly Entry[]): (entry: Entry) => Told {
  const words = useText(trail_words)
  const locale = useRegion()
  const nameOf = useNames(entries)
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const list = new Intl.ListFormat(locale)
  const telling = {
    nameOf: (user_id: number) => {
      const name = nameOf(user_id)
      return name === null ? words.user(user_id) : `@${name}`
    },
    time: (at: string) => date.format(new Date(at)),
    list: (texts: string[]) => list.format(texts),
    roles: words.roles,
    field_names: words.fields,
    numbered: words.numbered,
  }
  return (entry) => tell(entry, words, telling)
}
