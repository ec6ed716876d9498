import { useState } from 'react'
import { Button } from '../parts/Button.tsx'

import { copy, download } from '../parts/copy.ts'
import { useWords } from './hooks.ts'

interface SecretProps {
  label: string
  text: string
  /** How it is easier to read. */
  shown?: string
  /** Under which name it is downloaded; without one it is only copied. */
  file?: string
}

/** Something that is shown once, to be copied or kept as a file. */
export function Secret({ label, text, shown = text, file }: SecretProps) {
  const words = useWords()
  const [said, say] = useState<string | null>(null)
  const take = () => {
    copy(text).then(
      () => say(words.copied),
      () => say(words.notCopied),
    )
  }
  return (
    <div className="vs-secret">
      <section aria-label={label}>
        <pre>{shown}</pre>
      </section>
      <div className="app-form-row">
        <Button onClick={take}>{words.copy}</Button>
        {file !== undefined && <Button onClick={() => download(file, text, 'text/plain')}>{words.download}</Button>}
        <p className="app-done" role="status">
          {said}
        </p>
      </div>
    </div>
  )
}
