import { renderToStaticMarkup } from 'react-dom/server'
import { Markdown } from 'veza-react-components'

/** What a message's text becomes. */
export const markupOf = (text: string): string => renderToStaticMarkup(<Markdown text={text} />)
