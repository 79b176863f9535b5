// Removes the build folders named on the command line, so that a deleted source never lingers as a compiled file.
import {rmSync} from 'node:fs'

for (const folder of process.argv.slice(2)) rmSync(folder, {recursive: true, force: true})
