import { useId, useRef, useState, type KeyboardEvent } from 'react'

import { useText } from '../context.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { Icon } from '../parts/Icon.tsx'
import { useEntries, type Entry } from './use-entries.ts'
import { palette_words } from './words.ts'

/** One field for wherever one wants to be and whatever one wants to do. The focus stays in it; the arrows choose. */
export default function Palette({ onClose }: { onClose(): void }) {
  const words = useText(palette_words)
  const id = useId()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const entries = useEntries(typed)
  const leaves = useRef(false)
  const chosen = Math.min(at, entries.length - 1)

  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return
    leaves.current = entry.group !== 'commands'
    onClose()
    entry.run()
  }
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by !== undefined && entries.length > 0) setAt((chosen + by + entries.length) % entries.length)
    else if (event.key === 'Enter') run(entries[chosen])
    else return
    event.preventDefault()
  }
  return (
    <Dialog title={words.title} onClose={onClose} className="app-palette" leaves={leaves}>
      <input
        className="app-input"
        role="combobox"
        aria-label={words.field}
        aria-expanded={entries.length > 0}
        aria-controls={id}
        aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
        aria-autocomplete="list"
        placeholder={words.field}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          setAt(0)
        }}
        onKeyDown={press}
      />
      <output className="vz-hidden">{entries.length === 0 ? words.nothing : words.count(entries.length)}</output>
      {entries.length === 0 && <p className="app-muted app-palette-none">{words.nothing}</p>}
      <div id={id} role="listbox" aria-label={words.title} className="app-palette-list">
        {entries.map((entry, index) => (
          <Line
            key={entry.key}
            id={`${id}-${index}`}
            entry={entry}
            heading={entries[index - 1]?.group === entry.group ? null : words[entry.group]}
            is_chosen={index === chosen}
            onRun={() => run(entry)}
          />
        ))}
      </div>
    </Dialog>
  )
}

interface LineProps {
  id: string
  entry: Entry
  heading: string | null
  is_chosen: boolean
  onRun(): void
}

function Line({ id, entry, heading, is_chosen, onRun }: LineProps) {
  return (
    <>
      {heading !== null && (
        <div role="presentation" className="app-palette-heading">
          {heading}
        </div>
      )}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- its keys are those of the field. */}
      <div
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={is_chosen}
        className="app-palette-line"
        ref={(line) => {
          if (is_chosen) line?.scrollIntoView({ block: 'nearest' })
        }}
        // The field keeps the focus.
        onPointerDown={(event) => event.preventDefault()}
        onClick={onRun}
      >
        <span aria-hidden="true">{entry.sign === 'lock' ? <Icon name="lock" /> : entry.sign}</span>
        <span>{entry.label}</span>
        {entry.detail !== undefined && <span className="app-muted">{entry.detail}</span>}
      </div>
    </>
  )
}
