import { useWords } from '../settings.tsx'
import type { Completion } from './completion.ts'
import type { Suggestions as Offered } from './use-completion.ts'

interface SuggestionsProps {
  id: string
  suggestions: Offered
  onTake(chosen: Completion): void
}

/** The list above the field. The focus stays in the field, which names the chosen one. */
export function Suggestions({ id, suggestions, onTake }: SuggestionsProps) {
  const words = useWords()
  return (
    <ul id={id} className="vz-suggestions" role="listbox" aria-label={words.suggestions}>
      {suggestions.found.map(({ key, sign, label, detail }, at) => (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- its keys are those of the field.
        <li
          key={key}
          id={`${id}-${at}`}
          role="option"
          aria-selected={at === suggestions.at}
          className={at === suggestions.at ? 'vz-suggestion vz-chosen' : 'vz-suggestion'}
          // The field would lose the focus, and with it the list.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => {
            const chosen = suggestions.found[at]
            if (chosen !== undefined) onTake(chosen)
          }}
        >
          {sign !== undefined && <span aria-hidden="true">{sign}</span>}
          <span>{label}</span>
          {detail !== undefined && <span className="vz-quiet">{detail}</span>}
        </li>
      ))}
    </ul>
  )
}
