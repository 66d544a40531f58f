/* SPDX-License-Identifier: MIT
 *
 * What GetProcAddress finds in bcrypt.dll: included by module.c, once for each thing that it makes of the names.
 */
SPALW_NAME(BCryptCloseAlgorithmProvider)
SPALW_NAME(BCryptGenRandom)
SPALW_NAME(BCryptOpenAlgorithmProvider)
