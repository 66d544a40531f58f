# SPDX-License-Identifier: MIT
#
# File names that programs for Windows write as they like: its file systems do not tell small letters from capitals.
# Headers of the Winsock face stand in the tree under their proper names; the other spellings in use are made here, as
# files that include those. Where the file system is like Windows', there is nothing to make.
#
#   write_spellings(FOLDER)   writes them
set(header_spellings
    CommCtrl.h Conio.h CONIO.H Direct.h Intrin.h Io.h IO.H Iphlpapi.h IPHlpApi.h IPHLPAPI.H IPHLPAPI.h iphlpApi.h
    MMSystem.h Mmsystem.h MSTcpIP.h Mstcpip.h mstcpIp.h MSWSock.h MSWSOCK.H MSWSOCK.h MsWsock.h Mswsock.h MSWsock.h
    mswSock.h Process.h PROCESS.H Strsafe.h StrSafe.h STRSAFE.H Tchar.h TChar.h TCHAR.H TCHAR.h WinBase.h Winbase.h
    WinDef.h Windef.h WinError.h Winerror.h WINERROR.H Windows.h WINDOWS.H WINDOWS.h WinNT.h Winnt.h WinNls.h WinSock.h
    Winsock.h WINSOCK.H WINSOCK.h WinSock2.h Winsock2.h WINSOCK2.H WINSOCK2.h winSock2.h WinUser.h Winuser.h WS2def.h
    Ws2def.h WS2ipdef.h Ws2ipdef.h Ws2IpDef.h WS2tcpip.h Ws2tcpip.h WS2TCPIP.H WS2TCPIP.h WS2TcpIp.h WS2TCPip.h
    Ws2TcpIp.h WSPiApi.h Wspiapi.h WSPIAPI.H ws2TcpIp.h ws2tcpIp.h
    ObjBase.h Objbase.h SvcGuid.h Svcguid.h Netioapi.h NetIoApi.h Iptypes.h IPTypes.h Ip2string.h Ip2String.h
    AfUnix.h BaseTsd.h Basetsd.h BASETSD.H Bcrypt.h BCrypt.h CrtDbg.h Crtdbg.h ErrHandlingApi.h Errhandlingapi.h
    Fileapi.h GuidDef.h Guiddef.h Handleapi.h IfDef.h Ifdef.h In6addr.h Inaddr.h IoAPIset.h Ioapiset.h IpTypes.h
    Libloaderapi.h MinWinDef.h Minwindef.h NtSecAPI.h NTSecAPI.h Ntsecapi.h NTSTATUS.h NtStatus.h Ntstatus.h
    Processthreadsapi.h Profileapi.h QOS.h Qos.h SAL.h Sal.h SDKDDKVer.h SdkDdkVer.h Sdkddkver.h SpecStrings.h
    Specstrings.h Stringapiset.h SynchAPI.h Synchapi.h SysInfoApi.h Sysinfoapi.h ThreadPoolApiSet.h Threadpoolapiset.h
    TimeAPI.h Timeapi.h VersionHelpers.h Versionhelpers.h WinCon.h Wincon.h WinCrypt.h Wincrypt.h WinSDKVer.h
)

function(write_spellings folder)
    file(MAKE_DIRECTORY ${folder})
    file(WRITE ${folder}/spalw-case.h "")
    if(EXISTS ${folder}/SPALW-CASE.H)
        return()
    endif()
    file(REMOVE ${folder}/spalw-case.h)
    foreach(spelling IN LISTS header_spellings)
        string(TOLOWER ${spelling} header)
        if(EXISTS ${PROJECT_SOURCE_DIR}/include/winsock/${header})
            set(text "/* SPDX-License-Identifier: MIT\n *\n * A spelling of <${header}>.\n */\n#include <${header}>\n")
            file(CONFIGURE OUTPUT ${folder}/${spelling} CONTENT "${text}" @ONLY)
        endif()
    endforeach()
endfunction()
