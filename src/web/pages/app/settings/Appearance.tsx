import { useState } from 'react'

import { appearance, densities, themes, useAppearance } from '../theme/index.ts'
import { Options } from '../parts/Options.tsx'
import { Section, Switch } from './Section.tsx'
import { CustomColours } from './CustomColours.tsx'
import { useWords } from './hooks.ts'
import { preferences, usePreferences } from './preferences.ts'

export function Appearance() {
  const words = useWords()
  const { theme, density, custom } = useAppearance()
  const { enter_sends, single_keys } = usePreferences()
  // Own colours are in use only once there are some that can be read.
  const [is_choosing, choose] = useState(theme === 'custom')
  return (
    <>
      <p>{words.appearance.kept}</p>
      <Section title={words.appearance.theme}>
        <Options
          label={words.appearance.theme}
          is_titled
          options={themes}
          nameOf={(option) => words.appearance.themes[option]}
          value={is_choosing ? 'custom' : theme}
          onChange={(chosen) => {
            choose(chosen === 'custom')
            if (chosen !== 'custom' || custom !== null) appearance.set({ theme: chosen })
          }}
        />
        {is_choosing && <CustomColours />}
      </Section>
      <Section title={words.appearance.density}>
        <Options
          label={words.appearance.density}
          is_titled
          options={densities}
          nameOf={(option) => words.appearance.densities[option]}
          value={density}
          onChange={(density) => appearance.set({ density })}
        />
      </Section>
      <Section title={words.appearance.composer}>
        <Switch
          label={words.appearance.enterSends}
          hint={words.appearance.enterSendsHint}
          is_on={enter_sends}
          onChange={(enter_sends) => preferences.set({ enter_sends })}
        />
        <Switch
          label={words.appearance.singleKeys}
          hint={words.appearance.singleKeysHint}
          is_on={single_keys}
          onChange={(single_keys) => preferences.set({ single_keys })}
        />
      </Section>
    </>
  )
}
