import { knowsNotifications } from '../notify/browser.ts'
import { askPermission, usePermission } from '../notify/permission.ts'
import { Button } from '../parts/Button.tsx'
import { Options } from '../parts/Options.tsx'
import { Section, Switch } from './Section.tsx'
import { useWords } from './hooks.ts'
import { notify_levels, preferences, usePreferences } from './preferences.ts'

type Permission = 'granted' | 'denied' | 'default' | 'unsupported' | 'insecure'

export function Notifications() {
  const words = useWords().notifications
  const { notify, preview, sound } = usePreferences()
  return (
    <>
      <Section title={words.onDevice}>
        <Permitted />
      </Section>
      <Section title={words.about}>
        <Options
          label={words.about}
          is_titled
          options={notify_levels}
          nameOf={(option) => words.levels[option]}
          value={notify}
          onChange={(notify) => preferences.set({ notify })}
          hint={words.levelsHint}
        />
        <Switch label={words.preview} is_on={preview} onChange={(preview) => preferences.set({ preview })} />
        <Switch label={words.sound} is_on={sound} onChange={(sound) => preferences.set({ sound })} />
      </Section>
    </>
  )
}

function Permitted() {
  const words = useWords().notifications
  const now = usePermission()
  const known = now === undefined || !knowsNotifications() ? 'unsupported' : now
  const permission: Permission = isSecureContext ? known : 'insecure'
  const ask = () => {
    askPermission().catch((error: unknown) => error)
  }
  return (
    <div role="status">
      {permission === 'default' ? (
        <Button kind="main" onClick={ask}>
          {words.allow}
        </Button>
      ) : (
        <p>{words[permission]}</p>
      )}
    </div>
  )
}
