/* SPDX-License-Identifier: MIT
 *
 * What GetProcAddress finds in mswsock.dll: included by module.c, once for each thing that it makes of the names.
 */
SPALW_NAME(AcceptEx)
SPALW_NAME(GetAcceptExSockaddrs)
SPALW_NAME(TransmitFile)
SPALW_NAME(WSARecvEx)
