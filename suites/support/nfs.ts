/**
 * A directory that a machine with the cluster software serves by NFS.
 */

/** Files of its config, items of the list: who may mount, and something to read. */
export const nfsExports = `    - path: /etc/exports
      contents:
        inline: |
          /srv/share *(rw,sync,insecure,no_root_squash,no_subtree_check)
    - path: /srv/share/greeting
      contents:
        inline: |
          ahoy
`;

/**
 * What the server keeps about its clients lies in /var, which is empty at first. For 90 seconds it would
 * wait for clients of before, of which there are none (nfsd's `v4_end_grace`), and let nobody open a file.
 */
export const serveNfs = `mkdir -p /var/lib/nfs/sm /var/lib/nfs/v4recovery /var/lib/nfs/rpc_pipefs
touch /var/lib/nfs/etab /var/lib/nfs/rmtab
systemctl start nfs-server.service
echo Y > /proc/fs/nfsd/v4_end_grace
exportfs`;
