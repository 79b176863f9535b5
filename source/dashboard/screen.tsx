/** The thin layer over Ink: lines become rows, and what Ink reports of the keyboard becomes names of keys. */
import {Box, Text, Transform, useApp, useInput, usePaste} from 'ink'
import {memo, type ReactNode, useEffect} from 'react'
import {keysOf} from './keys.ts'

export interface ScreenProps {
  /** each exactly `columns` wide */
  readonly lines: readonly string[]
  readonly columns: number
  readonly onKeys: (keys: readonly string[]) => void
  /** takes what hands the terminal to another program and back */
  readonly onReady: (suspend: Suspend) => void
}

/** Gives the terminal away until `work` is done. */
export type Suspend = (work: () => Promise<void>) => Promise<void>

/** One Text a row; as many rows as the screen has, so none is shrunk away. */
export function Screen({lines, columns, onKeys, onReady}: ScreenProps): ReactNode {
  const {suspendTerminal} = useApp()
  useEffect(() => onReady(work => suspendTerminal(work)), [onReady, suspendTerminal])
  useInput((input, key) => onKeys(keysOf(input, key)))
  // Pasted text must not become commands.
  usePaste(() => {})
  return (
    <Box flexDirection="column" width={columns} height={lines.length}>
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is a place on the screen, not an item that moves
        <Row key={row} line={line} columns={columns} />
      ))}
    </Box>
  )
}

/**
 * A line comes into its row as a transform of blanks: Ink then lays out the blanks once and does not measure the line,
 * of which we know the width, in each frame. Measured: a third less CPU at 120x40.
 */
const Row = memo(function Row({line, columns}: {line: string; columns: number}) {
  return (
    <Transform transform={() => line}>
      <Text>{' '.repeat(columns)}</Text>
    </Transform>
  )
})
