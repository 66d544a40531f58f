/* SPDX-License-Identifier: MIT
 *
 * What GetProcAddress finds in ole32.dll: included by module.c, once for each thing that it makes of the names.
 */
SPALW_NAME(CLSIDFromString)
SPALW_NAME(CoCreateGuid)
SPALW_NAME(IIDFromString)
SPALW_NAME(StringFromGUID2)
