import { useId, useLayoutEffect, useMemo, useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react'

import { codePoints } from '../format.ts'
import { Icon } from '../Icon.tsx'
import { useWords } from '../settings.tsx'
import { commandCompletion, readCommand, type Command } from './commands.ts'
import { complete, emojiCompletion, type Completion, type CompletionSource } from './completion.ts'
import type { DraftStore } from './drafts.ts'
import { Suggestions } from './Suggestions.tsx'
import { useCompletion } from './use-completion.ts'
import { useDraft } from './use-draft.ts'

export interface ChatInputProps {
  /** With the text, without blanks around it. The field is empty after, but for `false`. */
  onSend(content: string): unknown
  /** Who or what it goes to, for the placeholder. */
  to?: string | undefined
  placeholder?: string
  isDisabled?: boolean
  /** In code points, as the server counts; 0 for none. Default 2000. */
  maxLength?: number
  /** Enter sends and Shift+Enter breaks the line; if false, Enter breaks and Ctrl or Cmd+Enter sends. Default true. */
  enterSends?: boolean
  /** What `@ # : /` complete. Default: emoji. */
  sources?: readonly CompletionSource[]
  /** What `/` at the beginning offers, and does in place of sending; `//` then writes a slash, and a command that is none of these is sent only when one says so. Keep the list: another one is looked through anew. */
  commands?: readonly Command[]
  /** Under this name a draft is kept, such as `room 1`. Without it none is. */
  draftKey?: string | undefined
  /** Where drafts are kept. Default: one store in `localStorage`. */
  drafts?: DraftStore
  /** The message that is being edited. */
  editing?: { message_id: number; content: string } | null
  onEdit?(message_id: number, content: string): unknown
  onCancelEdit?(): unknown
  /** Up in an empty field. */
  onEditLast?(): unknown
  /** At each key, and with false when the field is empty or left. */
  onTyping?(isTyping: boolean): unknown
  /** Pasted or dropped files. Without it they are ignored. */
  onFiles?(files: readonly File[]): unknown
}

const lines = 10
const emojiOnly = [emojiCompletion]
const noCommands: readonly Command[] = []

/** Where one writes. Grows to ten lines, completes, keeps drafts, edits. */
export function ChatInput(props: ChatInputProps) {
  const { editing = null, maxLength = 2000, enterSends = true, isDisabled = false, commands = noCommands } = props
  const words = useWords()
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const { text, setText } = useDraft(props.draftKey, editing, props.drafts)
  const [caret, setCaret] = useState(0)
  const [isFocused, setFocused] = useState(false)
  /** What looks like a command and is none: sent as it is when it is sent again. */
  const [doubtful, setDoubtful] = useState<{ name: string; text: string } | null>(null)
  const { sources = emojiOnly } = props
  const all = useMemo(
    () => (commands.length === 0 ? sources : [commandCompletion(commands), ...sources]),
    [commands, sources],
  )
  // Who may not write keeps the focus, for when they may again.
  const completion = useCompletion(text, caret, all, isFocused && !isDisabled)
  const { suggestions } = completion
  const wantedCaret = useRef<number | null>(null)
  const left = maxLength === 0 ? Infinity : maxLength - codePoints(text)
  const isHeld = text.trim() === '' || left < 0 || isDisabled

  const label = props.placeholder ?? (props.to === undefined ? words.write : words.writeTo(props.to))

  useLayoutEffect(() => {
    if (field.current?.value === text && field.current.placeholder === label) grow(field.current)
    const at = wantedCaret.current
    if (at !== null) field.current?.setSelectionRange(at, at)
    wantedCaret.current = null
  }, [text, label])
  const editedId = editing?.message_id
  useLayoutEffect(() => {
    if (editedId === undefined) return
    field.current?.focus()
    const end = field.current?.value.length ?? 0
    field.current?.setSelectionRange(end, end)
  }, [editedId])

  const write = (next: string, at: number) => {
    setText(next)
    setCaret(at)
    props.onTyping?.(next.trim() !== '')
  }
  const submit = () => {
    if (isHeld) return
    props.onTyping?.(false)
    if (editing !== null) return props.onEdit?.(editing.message_id, text.trim())
    const read = readCommand(text, commands)
    if ('unknown' in read && doubtful?.text !== text) return setDoubtful({ name: read.unknown, text })
    if (('command' in read ? read.command.run(read.rest) : props.onSend(read.text)) !== false) write('', 0)
    setDoubtful(null)
  }
  const take = (chosen: Completion) => {
    if (suggestions === null) return
    const next = complete(text, caret, suggestions.begun, chosen)
    wantedCaret.current = next.caret
    write(next.text, next.caret)
    field.current?.focus()
  }

  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // An input method uses the same keys to choose its words; 229 is what Safari says then.
    if (isDisabled || event.nativeEvent.isComposing || event.keyCode === 229) return
    const run = keyOf(event, { text, hasSuggestions: suggestions !== null, isEditing: editing !== null, enterSends })
    if (run === null) return
    event.preventDefault()
    const chosen = suggestions?.found[suggestions.at]
    if (run === 'next') completion.move(1)
    else if (run === 'previous') completion.move(-1)
    else if (run === 'close') completion.close()
    else if (run === 'take' && chosen !== undefined) take(chosen)
    else if (run === 'cancel') props.onCancelEdit?.()
    else if (run === 'edit last') props.onEditLast?.()
    // A key that is held is one wish.
    else if (run === 'send' && !event.repeat) submit()
  }
  const pasted = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files]
    if (isDisabled || files.length === 0 || props.onFiles === undefined) return
    event.preventDefault()
    props.onFiles(files)
  }
  // A draft hides the placeholder.
  const why = isDisabled && text !== '' ? props.placeholder : undefined

  return (
    <form
      className="vz-composer"
      part="composer"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {editing !== null && (
        <div className="vz-editing">
          <span>{words.editing}</span>
          <button type="button" className="vz-button" onClick={() => props.onCancelEdit?.()}>
            {words.cancel}
          </button>
        </div>
      )}
      {why !== undefined && (
        <p id={`${id}-why`} className="vz-note" role="status">
          {why}
        </p>
      )}
      {doubtful !== null && doubtful.text === text && (
        <div className="vz-note" role="alert">
          <span>{words.noCommand(doubtful.name)}</span>
          <button type="submit" className="vz-button">
            {words.sendAsText}
          </button>
        </div>
      )}
      {suggestions !== null && <Suggestions id={id} suggestions={suggestions} onTake={take} />}
      <div className="vz-composer-line">
        <textarea
          ref={field}
          className="vz-composer-field"
          rows={1}
          value={text}
          aria-label={label}
          placeholder={label}
          readOnly={isDisabled}
          aria-autocomplete="list"
          aria-controls={suggestions === null ? undefined : id}
          aria-activedescendant={suggestions === null ? undefined : `${id}-${suggestions.at}`}
          aria-invalid={left < 0}
          aria-describedby={why === undefined ? undefined : `${id}-why`}
          onInput={(event) => write(event.currentTarget.value, event.currentTarget.selectionStart)}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={pressed}
          onPaste={pasted}
          onFocus={() => setFocused(true)}
          onBlur={() => {
            setFocused(false)
            props.onTyping?.(false)
          }}
        />
        <button
          type="submit"
          className="vz-icon-button vz-send"
          aria-label={editing === null ? words.send : words.save}
          title={editing === null ? words.send : words.save}
          disabled={isHeld}
        >
          <Icon name="send" />
        </button>
      </div>
      {left <= maxLength / 10 && (
        <div className={left < 0 ? 'vz-counter vz-counter-over' : 'vz-counter'} role="status">
          {words.left(left)}
        </div>
      )}
    </form>
  )
}

type Run = 'next' | 'previous' | 'close' | 'take' | 'cancel' | 'edit last' | 'send'

function keyOf(
  event: KeyboardEvent,
  at: { text: string; hasSuggestions: boolean; isEditing: boolean; enterSends: boolean },
): Run | null {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event
  if (at.hasSuggestions && !shiftKey && !ctrlKey && !metaKey && !altKey) {
    const runs: Record<string, Run> = { ArrowDown: 'next', ArrowUp: 'previous', Escape: 'close', Enter: 'take', Tab: 'take' } // prettier-ignore
    const run = runs[key]
    if (run !== undefined) return run
  }
  if (key === 'Escape' && at.isEditing) return 'cancel'
  if (key === 'ArrowUp' && at.text === '' && !at.isEditing && !shiftKey && !altKey) return 'edit last'
  if (key !== 'Enter' || altKey) return null
  if (ctrlKey || metaKey) return 'send'
  return at.enterSends && !shiftKey ? 'send' : null
}

/** As tall as the text, up to ten lines. */
function grow(field: HTMLTextAreaElement): void {
  // Nothing is as tall as it will be while it is not shown.
  if (field.offsetParent === null) return
  const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(field)
  const most = Number.parseFloat(lineHeight) * lines + Number.parseFloat(paddingTop) + Number.parseFloat(paddingBottom)
  field.style.height = 'auto'
  field.style.height = `${Math.min(field.scrollHeight, Number.isNaN(most) ? 240 : most)}px`
}
