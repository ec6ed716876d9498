import { useState, type FormEvent } from 'react'

import { useText } from '../context.ts'
import { Button } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { useExplain } from './explain.ts'
import { TextField } from './Field.tsx'
import { useDeed } from './use-deed.ts'
import { part_words } from './words.ts'

export interface Question {
  title: string
  text: string
  /** What the button does. */
  deed: string
  /** Asks for a reason, which may stay empty. */
  reason?: { label: string; max: number; required?: boolean }
  run(reason: string): Promise<void>
}

/** Asks before something that cannot be taken back. */
export function Confirm({ question, onClose }: { question: Question; onClose(): void }) {
  const words = useText(part_words)
  const explain = useExplain()
  const [reason, setReason] = useState('')
  const deed = useDeed()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    deed.run(async () => {
      await question.run(reason.trim())
      onClose()
    })
  }
  const wants = question.reason
  return (
    <Dialog title={question.title} onClose={onClose} className="app-dialog-small">
      <form className="app-form" onSubmit={submit}>
        <p>{question.text}</p>
        {deed.error !== null && (
          <p className="app-alert" role="alert">
            {explain(deed.error)}
          </p>
        )}
        {wants !== undefined && (
          <TextField
            label={wants.label}
            maxLength={wants.max}
            rows={2}
            required={wants.required === true}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
        <div className="app-form-row app-form-end">
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button kind="danger" submits aria-disabled={deed.busy}>
            {question.deed}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
