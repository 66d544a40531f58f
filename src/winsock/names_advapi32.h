/* SPDX-License-Identifier: MIT
 *
 * What GetProcAddress finds in advapi32.dll: included by module.c, once for each thing that it makes of the names.
 */
SPALW_NAME(CryptAcquireContextA)
SPALW_NAME(CryptAcquireContextW)
SPALW_NAME(CryptGenRandom)
SPALW_NAME(CryptReleaseContext)
SPALW_NAME(GetUserNameA)
SPALW_NAME(GetUserNameW)
SPALW_NAME(SystemFunction036)
