/* SPDX-License-Identifier: MIT
 *
 * What GetProcAddress finds in winmm.dll: included by module.c, once for each thing that it makes of the names.
 */
SPALW_NAME(timeBeginPeriod)
SPALW_NAME(timeEndPeriod)
SPALW_NAME(timeGetDevCaps)
SPALW_NAME(timeGetTime)
