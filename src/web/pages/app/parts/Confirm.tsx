import { useState } from 'react'

import { useText } from '../context.ts'
import { Button } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { Choice, TextField } from './Field.tsx'
import { Form } from './Form.tsx'
import { part_words } from './words.ts'

const max_reason = 500

export interface Question {
  title: string
  text: string
  /** What the button does. */
  deed: string
  /** Asks for a reason, which may stay empty. */
  reason?: { label: string; required?: boolean }
  /** One of many to choose, the first unless another is chosen. */
  choice?: { label: string; options: readonly { value: string; label: string }[] }
  run(reason: string, chosen: string): Promise<void>
}

/** Asks before something that cannot be taken back. */
export function Confirm({ question, onClose }: { question: Question; onClose(): void }) {
  const words = useText(part_words)
  const [reason, setReason] = useState('')
  const { reason: wants, choice } = question
  const [chosen, setChosen] = useState(choice?.options[0]?.value ?? '')
  const run = async () => {
    await question.run(reason.trim(), chosen)
    onClose()
  }
  return (
    <Dialog title={question.title} onClose={onClose} className="app-dialog-small">
      <p>{question.text}</p>
      <Form deed={run} button={question.deed} is_dangerous aside={<Button onClick={onClose}>{words.cancel}</Button>}>
        {choice !== undefined && (
          <Choice {...choice} value={chosen} onChange={(event) => setChosen(event.target.value)} />
        )}
        {wants !== undefined && (
          <TextField
            name="reason"
            label={wants.label}
            maxLength={max_reason}
            rows={2}
            required={wants.required === true}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Form>
    </Dialog>
  )
}
