import { regionalOf } from 'veza-react-components'

import { useLocale } from '../context.ts'

/** The reader's language with the region of the browser: a reader of English in London writes dates as they do there. */
export const useRegion = (): string => regionalOf(useLocale())
