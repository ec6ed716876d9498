import { type FormEvent, useId, useState, useSyncExternalStore } from 'react'

import { Answered, type Asked, useAnswer } from './answer.tsx'
import type { Client } from './client.ts'
import { useCopy } from './clipboard.ts'
import type { Command } from './document.ts'
import { type Draft, draftOf, isRecord } from './draft.ts'
import { Complaints, FieldInput, inputId } from './field-input.tsx'
import { type Frame, type Frames, parsed } from './frames.ts'
import { linkOf } from './link.ts'
import { type Problem, readDraft } from './reading.ts'
import type { RestDocument } from './rest-twins.ts'
import { SnippetPanel } from './snippet-panel.tsx'
import { useSay } from './speech.ts'
import type { Say } from './texts.ts'

/** The command that is being written: in a form, or as the frame itself (`raw`). */
export interface Composition {
  command: Command
  draft: Draft
  raw: string | null
}

interface Props {
  commands: readonly Command[]
  composition: Composition
  rest: RestDocument
  clients: readonly Client[]
  frames: Frames
  onChoose(type: string): void
  onChange(composition: Composition): void
}

export function CommandPanel({ commands, composition, rest, clients, frames, onChoose, onChange }: Props) {
  const say = useSay()
  const title = useId()
  const { command, draft, raw } = composition
  const [asked, setAsked] = useState<Asked | null>(null)
  const [isTried, setTried] = useState(false)
  const [notice, setNotice] = useState('')
  const { copy, said, forget } = useCopy('link_copied')
  const answer = useAnswer(frames, asked)
  const { value, problems } = readDraft(command.data, draft)

  const askedBy = (client: Client, frame: Frame | null): Asked | null =>
    frame === null ? null : { client: client.name, frame, command }
  const change = (next: Partial<Composition>) => {
    forget()
    setNotice('')
    onChange({ ...composition, ...next })
  }
  const choose = (type: string) => {
    setAsked(null)
    setTried(false)
    setNotice('')
    onChoose(type)
  }
  const sendForm = (client: Client) => {
    setTried(true)
    if (problems.length > 0) {
      setNotice(say('fix_first', problems.length === 1 ? say('fields_one') : say('fields_many', problems.length)))
      document.getElementById(inputId(problems[0]?.path ?? ''))?.focus()
      return
    }
    setNotice('')
    setAsked(askedBy(client, client.sendCommand(command.type, value)))
  }
  const sendRaw = (client: Client, text: string) => {
    const isEmpty = text.trim() === ''
    setNotice(isEmpty ? say('raw_empty') : '')
    if (!isEmpty) setAsked(askedBy(client, client.sendText(text)))
  }
  const switchMode = (isRaw: boolean) => {
    setTried(false)
    setAsked(null)
    change(isRaw ? { raw: rawOf(command.type, value) } : { raw: null, draft: draftFromRaw(composition) })
  }
  const share = () => {
    setNotice('')
    history.replaceState(null, '', linkOf(command.type, draft, raw))
    copy(location.href)
  }

  return (
    <section className="panel command" aria-labelledby={title}>
      <h2 id={title}>{say('command')}</h2>
      <div className="row">
        <label className="input">
          <span>{say('command')}</span>
          <select value={command.type} onChange={({ target }) => choose(target.value)}>
            {commands.map(({ type }) => (
              <option key={type}>{type}</option>
            ))}
          </select>
        </label>
        <fieldset className="modes" aria-label={say('command')}>
          <button type="button" aria-pressed={raw === null} onClick={() => switchMode(false)}>
            {say('form')}
          </button>
          <button type="button" aria-pressed={raw !== null} onClick={() => raw === null && switchMode(true)}>
            {say('raw')}
          </button>
        </fieldset>
      </div>
      <p className="hint">{command.summary}</p>
      {raw === null ? (
        <Complaints value={complaintsOf(problems, isTried, answer?.refused ?? [], say)}>
          <CommandForm command={command} draft={draft} onChange={(draft) => change({ draft })} />
        </Complaints>
      ) : (
        <RawFrame raw={raw} onChange={(raw) => change({ raw })} />
      )}
      <div className="row buttons">
        {clients.map((client) => (
          <SendButton
            key={client.name}
            client={client}
            onSend={() => (raw === null ? sendForm(client) : sendRaw(client, raw))}
          />
        ))}
        <button type="button" className="quiet" onClick={share}>
          {say('link')}
        </button>
      </div>
      <output className="notice">{notice === '' ? said : notice}</output>
      <Answered asked={asked} answer={answer} />
      <SnippetPanel sending={sendingOf(composition, value, problems)} rest={rest} />
    </section>
  )
}

interface FormProps {
  command: Command
  draft: Draft
  onChange(draft: Draft): void
}

function CommandForm({ command, draft, onChange }: FormProps) {
  const say = useSay()
  const { data } = command
  const stay = (event: FormEvent) => event.preventDefault()
  if (data.kind === 'object' && data.fields.length === 0) return <p className="hint">{say('no_fields')}</p>
  return (
    <form onSubmit={stay} className="fields" noValidate>
      <FieldInput
        key={command.type}
        field={data}
        name={command.type}
        path=""
        draft={draft}
        isRequired
        onChange={onChange}
      />
    </form>
  )
}

function RawFrame({ raw, onChange }: { raw: string; onChange(raw: string): void }) {
  const say = useSay()
  const id = useId()
  const isStrange = raw.trim() !== '' && !isRecord(parsed(raw))
  return (
    <div className="input">
      <label htmlFor={id}>{say('raw_label')}</label>
      <textarea
        id={id}
        className="code"
        rows={12}
        spellCheck={false}
        value={raw}
        aria-describedby={isStrange ? `${id}-warning` : undefined}
        onChange={({ target }) => onChange(target.value)}
      />
      {isStrange && (
        <p className="problem" id={`${id}-warning`}>
          {say('raw_not_json')}
        </p>
      )}
    </div>
  )
}

function SendButton({ client, onSend }: { client: Client; onSend(): void }) {
  const say = useSay()
  const { status } = useSyncExternalStore(client.subscribe, client.get)
  const isConnected = status === 'open' || status === 'ready'
  return (
    <button
      type="button"
      className="main"
      disabled={!isConnected}
      title={isConnected ? undefined : say('not_connected', client.name)}
      onClick={onSend}
    >
      {say('send_as', client.name)}
    </button>
  )
}

const rawOf = (type: string, value: unknown) => JSON.stringify({ type, id: `raw-${type}`, data: value ?? {} }, null, 2)

/** What was changed in the frame is in the form too, as far as a form can say it. */
function draftFromRaw({ command, draft, raw }: Composition): Draft {
  const frame = parsed(raw ?? '')
  return isRecord(frame) && frame['type'] === command.type ? draftOf(command.data, frame['data'] ?? {}) : draft
}

/** What would go out now, for those who want it as a program; null while it could not. */
function sendingOf({ command, raw }: Composition, value: unknown, problems: Problem[]) {
  if (raw === null)
    return problems.length > 0 ? null : { type: command.type, data: value, is_answered: command.answers.length > 0 }
  const frame = parsed(raw)
  if (!isRecord(frame) || typeof frame['type'] !== 'string') return null
  return { type: frame['type'], data: frame['data'] ?? {}, is_answered: command.answers.length > 0 }
}

/** What is missing is told once one has tried to send; what is wrong, at once. */
function complaintsOf(
  problems: Problem[],
  isTried: boolean,
  refused: Refused[],
  say: Say,
): ReadonlyMap<string, string> {
  const own = problems.filter(({ code }) => isTried || code !== 'required')
  return new Map([
    ...refused.map(({ field, reason }) => [field, reason] as const),
    ...own.map(({ path, code, bound }) => [path, say(`problem_${code}`, bound ?? '')] as const),
  ])
}

type Refused = { field: string; reason: string }
