import { useId, useState } from 'react'

import { useCopy } from './clipboard.ts'
import type { RestDocument } from './rest-twins.ts'
import { type Language, languages, type Sending, snippet } from './snippets.ts'
import { useSay } from './speech.ts'

interface Props {
  /** Null while the command cannot be sent. */
  sending: Pick<Sending, 'type' | 'data' | 'is_answered'> | null
  rest: RestDocument
}

/** The current command as a program, in one of four languages. */
export function SnippetPanel({ sending, rest }: Props) {
  const say = useSay()
  const title = useId()
  const [language, setLanguage] = useState<Language>('JavaScript')
  const { copy, said, forget } = useCopy()
  const code = sending === null ? null : snippet(language, { origin: location.origin, rest, ...sending })
  return (
    <section className="snippets" aria-labelledby={title}>
      <h3 id={title}>{say('snippets')}</h3>
      <div className="row">
        <fieldset className="modes" aria-labelledby={title}>
          {languages.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === language}
              onClick={() => {
                setLanguage(each)
                forget()
              }}
            >
              {each}
            </button>
          ))}
        </fieldset>
        <button type="button" className="quiet" disabled={code === null} onClick={() => code !== null && copy(code)}>
          {say('copy')}
        </button>
      </div>
      {code === null ? (
        <p className="hint">{say(sending === null ? 'no_snippet' : 'no_twin')}</p>
      ) : (
        // A region that scrolls has to be reached by keyboard.
        <section className="scrolling" tabIndex={0} aria-label={language}>
          <pre className="code">{code}</pre>
        </section>
      )}
      <p className="hint">{say('snippet_hint')}</p>
      <output className="notice">{said}</output>
    </section>
  )
}
