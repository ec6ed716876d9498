import { useRef, useState } from 'react'

import { Button } from './Button.tsx'
import { copy } from './copy.ts'

interface Props {
  text: string
  words: { link: string; copy: string; copied: string; not_copied: string }
}

/** A line to take along. Where the browser allows no copying, it is selected. */
export function CopyLine({ text, words }: Props) {
  const [outcome, setOutcome] = useState('')
  const line = useRef<HTMLInputElement>(null)
  const take = () => {
    copy(text).then(
      () => setOutcome(words.copied),
      () => setOutcome(words.not_copied),
    )
    line.current?.select()
  }
  return (
    <>
      <div className="app-form-row">
        <input
          ref={line}
          className="app-input"
          readOnly
          aria-label={words.link}
          value={text}
          onFocus={(event) => event.target.select()}
        />
        <Button onClick={take}>{words.copy}</Button>
      </div>
      <output className="app-small">{outcome}</output>
    </>
  )
}
