import { useState } from 'react'

import { copy, download } from './copy.ts'
import { useWords } from './hooks.ts'

interface SecretProps {
  label: string
  text: string
  /** Under which name it is downloaded; without one it is only copied. */
  file?: string
}

/** Something that is shown once, to be copied or kept as a file. */
export function Secret({ label, text, file }: SecretProps) {
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
      {/* Long ones scroll, which a keyboard must be able to do too. */}
      <pre role="region" aria-label={label} tabIndex={0}>
        {text}
      </pre>
      <div className="vs-actions">
        <button className="vs-button" type="button" onClick={take}>
          {words.copy}
        </button>
        {file !== undefined && (
          <button className="vs-button" type="button" onClick={() => download(file, text, 'text/plain')}>
            {words.download}
          </button>
        )}
        <p className="vs-done" role="status">
          {said}
        </p>
      </div>
    </div>
  )
}
