import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'

import { useText } from '../context.ts'
import { Button } from './Button.tsx'
import { type Complaints, complaintsOf, sentencesOf } from './complaints.ts'
import { type Failures, failureOf, useExplain } from './explain.ts'
import { WrongFields } from './Field.tsx'
import { type Deed, useDeed } from './use-deed.ts'
import { part_words } from './words.ts'

const no_fields: Record<string, string> = {}

interface Props {
  /** What the form does; what it resolves to is said when it is done. */
  deed(): Promise<string | void>
  button: string
  /** On the button while it is under way. */
  meanwhile?: string
  /** Codes that the form has words of its own for. */
  failures?: Failures
  /** In place of what the server, or the page itself, says of a field. */
  reasons?: Record<string, string>
  is_dangerous?: boolean
  /** Beside the button; before one that is dangerous. */
  aside?: ReactNode
  children: ReactNode
}

/** Fields with one button. Says what is wrong before it asks the server, and what came of it, and brings people to the first field that is wrong; fields are known by their `name`. */
export function Form({ deed, button, meanwhile, failures, reasons, is_dangerous = false, aside, children }: Props) {
  const { busy, error, done, run } = useDeed()
  const explain = useExplain()
  const words = useText(part_words)
  const form = useRef<HTMLFormElement>(null)
  const [names, setNames] = useState<readonly string[]>([])
  /** What the server was not asked about. */
  const [unasked, setUnasked] = useState<Complaints | null>(null)
  const submitter = useRef<Element | null>(null)
  // Not before the page is painted: the fields hear that they are wrong after the layout effects around them.
  useEffect(() => {
    if (error === null && unasked === null) return
    const now = document.activeElement
    // Who went on while the server was asked is left where they are.
    if (now !== submitter.current && now?.contains(form.current) !== true) return
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [error, unasked])
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    submitter.current = document.activeElement
    const complaints = complaintsOf(event.currentTarget)
    setNames(Array.from(event.currentTarget.elements, (field) => field.getAttribute('name') ?? ''))
    setUnasked(complaints)
    if (complaints === null) run(deed)
  }
  const failure = error === null || unasked !== null ? null : failureOf(error, explain, failures, reasons)
  const fields = unasked === null ? (failure?.fields ?? no_fields) : sentencesOf(unasked, words, reasons)
  // A reason for a field that this form does not have is said below it.
  const strays = Object.entries(fields).filter(([name]) => !names.includes(name))
  const says = failure?.says ?? strays.map(([name, reason]) => `${name}: ${reason}`).join('; ')
  return (
    <form ref={form} className="app-form" noValidate onSubmit={submit}>
      <WrongFields value={fields}>{children}</WrongFields>
      <div className="app-form-row">
        {is_dangerous && aside}
        <Button kind={is_dangerous ? 'danger' : 'main'} submits aria-disabled={busy}>
          {busy ? (meanwhile ?? button) : button}
        </Button>
        {!is_dangerous && aside}
        <Said done={unasked === null ? done : null} says={says} />
      </div>
    </form>
  )
}

/** What came of a deed that has no form. */
export function Outcome({ of: { done, error } }: { of: Deed }) {
  const explain = useExplain()
  return <Said done={done} says={error === null ? '' : explain(error)} />
}

/** The regions are there before there is anything to say, so that it is read out. */
function Said({ done, says }: { done: string | null; says: string }) {
  return (
    <>
      <p className="app-done" role="status">
        {done}
      </p>
      <p className="app-alert" role="alert">
        {says}
      </p>
    </>
  )
}
