import { useContext, type ReactNode, createContext } from 'react'

import { type Draft, emptyDraft, isRecord, others, token_place } from './draft.ts'
import type { Field } from './field.ts'
import { within } from './reading.ts'
import { useSay } from './speech.ts'

/** What is wrong with each field, by its path. */
export const Complaints = createContext<ReadonlyMap<string, string>>(new Map())

interface Props {
  field: Field
  name: string
  path: string
  draft: Draft
  isRequired: boolean
  onChange(draft: Draft): void
}

/** The input of any field, with its description, its error, and the inputs within it. */
export function FieldInput(props: Props) {
  const { field } = props
  if (field.kind === 'object') return <ObjectInput {...props} field={field} />
  if (field.kind === 'list') return <ListInput {...props} field={field} />
  return <PlainInput {...props} />
}

export const inputId = (path: string) => `field-${path}`

function ObjectInput({ field, name, path, draft, onChange }: Props & { field: Field & { kind: 'object' } }) {
  const say = useSay()
  const drafts = isRecord(draft) ? (draft as Record<string, Draft>) : {}
  const change = (part: string) => (next: Draft) => onChange({ ...drafts, [part]: next })
  const inputs = (
    <>
      {field.fields.map((each) => (
        <FieldInput
          key={each.name}
          field={each.field}
          name={each.name}
          path={within(path, each.name)}
          draft={draftIn(drafts, each.name)}
          isRequired={each.is_required}
          onChange={change(each.name)}
        />
      ))}
      {field.is_open && (
        <PlainInput
          field={{ kind: 'json', description: null, fallback: undefined, is_nullable: false }}
          name={say('other_fields')}
          path={within(path, others)}
          draft={drafts[others] ?? ''}
          isRequired={false}
          onChange={change(others)}
        />
      )}
    </>
  )
  if (path === '') return inputs
  return (
    <fieldset id={inputId(path)} tabIndex={-1}>
      <legend>{name}</legend>
      <Complaint path={path} />
      {inputs}
    </fieldset>
  )
}

/** Null is what somebody chose, and not nothing. */
function draftIn(drafts: Record<string, Draft>, name: string): Draft {
  const draft = drafts[name]
  return draft === undefined ? '' : draft
}

function ListInput({ field, name, path, draft, isRequired, onChange }: Props & { field: Field & { kind: 'list' } }) {
  const say = useSay()
  const drafts = Array.isArray(draft) ? draft : []
  return (
    <fieldset id={inputId(path)} tabIndex={-1}>
      <legend>
        {name} {isRequired && <em>{say('required')}</em>}
      </legend>
      {field.description !== null && <p className="hint">{field.description}</p>}
      <Complaint path={path} />
      {drafts.map((each, index) => (
        // The items of a list have no names but their places.
        <div className="item" key={index}>
          <FieldInput
            field={field.item}
            name={`${name} ${index + 1}`}
            path={within(path, index)}
            draft={each}
            isRequired
            onChange={(next) => onChange(drafts.with(index, next))}
          />
          <button type="button" className="quiet" onClick={() => onChange(drafts.toSpliced(index, 1))}>
            {say('remove_item', `${name} ${index + 1}`)}
          </button>
        </div>
      ))}
      <button type="button" className="quiet" onClick={() => onChange([...drafts, emptyDraft(field.item)])}>
        {say('add_item', name)}
      </button>
    </fieldset>
  )
}

function PlainInput({ field, name, path, draft, isRequired, onChange }: Props) {
  const say = useSay()
  const complaint = useContext(Complaints).get(path)
  const id = inputId(path)
  const hint = hintOf(field, draft, say)
  const described = [hint === '' ? '' : `${id}-hint`, complaint === undefined ? '' : `${id}-error`].join(' ').trim()
  const isNull = draft === null
  return (
    <div className="input">
      <label htmlFor={id}>
        {name} {isRequired && <em>{say('required')}</em>}
      </label>
      <Control
        id={id}
        field={field}
        text={typeof draft === 'string' ? draft : ''}
        isNull={isNull}
        isRequired={isRequired}
        isInvalid={complaint !== undefined}
        described={described}
        isLong={name === 'content'}
        onChange={onChange}
      />
      {field.is_nullable && (
        <label className="check">
          <input type="checkbox" checked={isNull} onChange={({ target }) => onChange(target.checked ? null : '')} />
          {/* Told apart from the boxes of other fields. */}
          <span className="unseen">{name} </span>
          {say('null_value')}
        </label>
      )}
      {hint !== '' && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Complaint path={path} />
    </div>
  )
}

interface ControlProps {
  id: string
  field: Field
  text: string
  isNull: boolean
  isRequired: boolean
  isInvalid: boolean
  described: string
  isLong: boolean
  onChange(text: string): void
}

function Control({
  id,
  field,
  text,
  isNull,
  isRequired,
  isInvalid,
  described,
  isLong,
  onChange,
}: ControlProps): ReactNode {
  const say = useSay()
  const given = {
    id,
    value: text,
    disabled: isNull,
    'aria-required': isRequired,
    'aria-invalid': isInvalid,
    'aria-describedby': described === '' ? undefined : described,
    onChange: ({ target }: { target: { value: string } }) => onChange(target.value),
  }
  if (field.kind === 'boolean' || field.kind === 'choice')
    return (
      <select {...given}>
        <option value="">{isRequired ? '' : say('left_out')}</option>
        {(field.kind === 'boolean' ? [true, false] : field.values).map((each) => (
          <option key={JSON.stringify(each)} value={JSON.stringify(each)}>
            {String(each)}
          </option>
        ))}
      </select>
    )
  if (field.kind === 'json' || isLong)
    return <textarea {...given} rows={field.kind === 'json' ? 3 : 2} spellCheck={false} />
  return <input {...given} type="text" inputMode={field.kind === 'number' ? 'numeric' : 'text'} autoComplete="off" spellCheck={false} /> // prettier-ignore
}

function Complaint({ path }: { path: string }) {
  const complaint = useContext(Complaints).get(path)
  if (complaint === undefined) return null
  return (
    <p className="problem" id={`${inputId(path)}-error`}>
      {complaint}
    </p>
  )
}

function hintOf(field: Field, draft: Draft, say: ReturnType<typeof useSay>): string {
  return [
    field.description ?? '',
    field.kind === 'number_or_text' ? say('number_or_text') : '',
    field.fallback === undefined ? '' : say('by_default', JSON.stringify(field.fallback)),
    draft === token_place ? say('token_hint', token_place) : '',
  ].filter((each) => each !== '').join(' ') // prettier-ignore
}
