const length_s = 0.18

let speaker: AudioContext | undefined

/** Two soft notes. Browsers let a page sound only after somebody has touched it; before that it stays silent. */
export function chime(): void {
  speaker ??= new AudioContext()
  const { currentTime: now, destination } = speaker
  for (const [note, hertz] of [660, 880].entries()) {
    const tone = speaker.createOscillator()
    const volume = speaker.createGain()
    const begin = now + note * (length_s / 2)
    tone.frequency.value = hertz
    volume.gain.setValueAtTime(0.06, begin)
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + length_s)
    tone.connect(volume).connect(destination)
    tone.start(begin)
    tone.stop(begin + length_s)
  }
}
