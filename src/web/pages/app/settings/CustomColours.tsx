import { useId, useState } from 'react'
import { Button } from '../parts/Button.tsx'

import { appearance, type Colours, flawsOf, isDark, paletteOf, readable, useAppearance } from '../theme/index.ts'
import { useMoments, useWords } from './hooks.ts'

/** Paper, ink and teal, as the light theme has them. */
const first: Colours = { background: '#fbf9f5', text: '#1a1f2b', accent: '#00695e' }
const names = ['background', 'text', 'accent'] as const

/** Three colours from which all others come. What could not be read is not put to use: it says why, and offers the nearest that can. */
export function CustomColours() {
  const words = useWords().appearance
  const { ratio } = useMoments()
  const { custom } = useAppearance()
  const [colours, setColours] = useState(custom?.colours ?? first)
  const [said, say] = useState<string | null>(null)
  const flaws = flawsOf(colours)
  const change = (changed: Colours) => {
    say(null)
    setColours(changed)
  }
  const use = () => {
    if (flaws.length > 0) return
    const scheme = isDark(colours) ? 'dark' : 'light'
    appearance.set({ theme: 'custom', custom: { colours, scheme, tokens: paletteOf(colours) } })
    say(words.used)
  }
  return (
    <fieldset className="app-choices">
      <legend>{words.colours}</legend>
      {names.map((name) => (
        <Colour
          key={name}
          label={words[name]}
          value={colours[name]}
          onChange={(value) => change({ ...colours, [name]: value })}
        />
      ))}
      <div role="status">
        {flaws.map((flaw) => (
          <p className="app-wrong" key={flaw.colour}>
            {words.flaw[flaw.colour](ratio(flaw.ratio))}
          </p>
        ))}
      </div>
      <div className="app-form-row">
        <Button kind="main" aria-disabled={flaws.length > 0} onClick={use}>
          {words.use}
        </Button>
        {flaws.length > 0 && <Button onClick={() => change(readable(colours))}>{words.fix}</Button>}
        <p className="app-done" role="status">
          {said}
        </p>
      </div>
    </fieldset>
  )
}

function Colour({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  const id = useId()
  return (
    <div className="vs-colour">
      <input id={id} type="color" value={value} onChange={(event) => onChange(event.target.value)} />
      <label htmlFor={id}>{label}</label>
    </div>
  )
}
