import { useText } from '../context.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { keyNames, shortcuts } from './keys.ts'
import { key_words } from './words.ts'

/** The sheet of everything that keys do. */
export default function Shortcuts({ onClose }: { onClose(): void }) {
  const words = useText(key_words)
  return (
    <Dialog title={words.title} onClose={onClose}>
      <dl className="app-keys">
        {shortcuts.map(({ name, keys }) => (
          <div key={name}>
            <dt>{words.does[name]}</dt>
            <dd>
              {keyNames(keys, words.keys).map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
