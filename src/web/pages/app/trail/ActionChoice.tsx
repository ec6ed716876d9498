import { useText } from '../context.ts'
import { Choice } from '../parts/Field.tsx'
import { trail_words, type Action } from './words.ts'

interface Props {
  actions: readonly Action[]
  value: string
  onChange(action: string): void
}

/** Which deeds one looks for; all of them by an empty value. */
export function ActionChoice({ actions, value, onChange }: Props) {
  const words = useText(trail_words)
  return (
    <Choice
      label={words.action}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      options={[
        { value: '', label: words.everything },
        ...actions.map((action) => ({ value: action, label: words.actions[action].label })),
      ]}
    />
  )
}
