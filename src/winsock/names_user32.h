/* SPDX-License-Identifier: MIT
 *
 * What GetProcAddress finds in user32.dll: included by module.c, once for each thing that it makes of the names.
 */
SPALW_NAME(CharLowerA)
SPALW_NAME(CharLowerBuffA)
SPALW_NAME(CharLowerBuffW)
SPALW_NAME(CharLowerW)
SPALW_NAME(CharNextA)
SPALW_NAME(CharNextW)
SPALW_NAME(CharPrevA)
SPALW_NAME(CharPrevW)
SPALW_NAME(CharUpperA)
SPALW_NAME(CharUpperBuffA)
SPALW_NAME(CharUpperBuffW)
SPALW_NAME(CharUpperW)
SPALW_NAME(IsCharAlphaA)
SPALW_NAME(IsCharAlphaNumericA)
SPALW_NAME(IsCharAlphaNumericW)
SPALW_NAME(IsCharAlphaW)
SPALW_NAME(wsprintfA)
SPALW_NAME(wsprintfW)
SPALW_NAME(wvsprintfA)
SPALW_NAME(wvsprintfW)
