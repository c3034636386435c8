// A client of the log that none of us wrote: golang.org/x/mod checks the
// checkpoint's signature, every tile, every entry, and proofs between them.
//
//	logclient FOLDER VKEY
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// tiles reads tiles of height 8 where C2SP tlog-tiles puts them.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

func path(level string, n int64, width int) string {
	name := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		name = fmt.Sprintf("x%03d/%s", n%1000, name)
	}
	if width < 256 {
		name += ".p/" + strconv.Itoa(width)
	}
	return filepath.Join("tile", level, name)
}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range wanted {
		name := path(strconv.Itoa(tile.L), tile.N, tile.W)
		bytes, err := os.ReadFile(filepath.Join(t.folder, name))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func openCheckpoint(folder, vkey string) (tlog.Tree, error) {
	var tree tlog.Tree
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	data, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("checkpoint of %q", lines[0])
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// readBundle returns the entries of one bundle.
func readBundle(folder string, n, size int64) ([][]byte, error) {
	width := 256
	if size-n*256 < 256 {
		width = int(size - n*256)
	}
	data, err := os.ReadFile(filepath.Join(folder, path("entries", n, width)))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) >= 2 {
		length := int(data[0])<<8 | int(data[1])
		if len(data) < 2+length {
			break
		}
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	if len(data) != 0 || len(entries) != width {
		return nil, fmt.Errorf("bundle %d: %d entries and %d bytes", n,
			len(entries), len(data))
	}
	return entries, nil
}

// stored keeps all hashes of the tree recomputed from the entries.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, i := range indexes {
		hashes = append(hashes, s[i])
	}
	return hashes, nil
}

// checkEntries recomputes the tree from the entries and compares each leaf
// with the one in the tiles, which x/mod authenticates up to the root.
func checkEntries(folder string, tree tlog.Tree, hashes tlog.HashReader) (stored, error) {
	var own stored
	for n := int64(0); n*256 < tree.N; n++ {
		entries, err := readBundle(folder, n, tree.N)
		if err != nil {
			return nil, err
		}
		var indexes []int64
		for i := range entries {
			indexes = append(indexes, tlog.StoredHashIndex(0, n*256+int64(i)))
		}
		leaves, err := hashes.ReadHashes(indexes)
		if err != nil {
			return nil, err
		}
		for i, entry := range entries {
			id := n*256 + int64(i)
			if tlog.RecordHash(entry) != leaves[i] {
				return nil, fmt.Errorf("entry %d is not in its tile", id)
			}
			more, err := tlog.StoredHashes(id, entry, own)
			if err != nil {
				return nil, err
			}
			own = append(own, more...)
		}
	}
	root, err := tlog.TreeHash(tree.N, own)
	if err == nil && root != tree.Hash {
		err = fmt.Errorf("entries hash to %v, checkpoint says %v", root, tree.Hash)
	}
	return own, err
}

// allTiles lists the tiles of a tree, partial ones at their present width.
func allTiles(size int64) []tlog.Tile {
	var all []tlog.Tile
	for level := 0; size > 0; level++ {
		for n := int64(0); n*256 < size; n++ {
			width := 256
			if size-n*256 < 256 {
				width = int(size - n*256)
			}
			all = append(all, tlog.Tile{H: 8, L: level, N: n, W: width})
		}
		size /= 256
	}
	return all
}

// checkTiles compares every tile with the one computed from the entries.
func checkTiles(folder string, tree tlog.Tree, own stored) error {
	reader := tiles{folder}
	for _, tile := range allTiles(tree.N) {
		computed, err := tlog.ReadTileData(tile, own)
		if err != nil {
			return err
		}
		data, err := reader.ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return err
		}
		if !bytes.Equal(data[0], computed) {
			return fmt.Errorf("%s differs", tile.Path())
		}
	}
	return nil
}

func checkProofs(tree tlog.Tree, hashes tlog.HashReader, own stored) error {
	step := tree.N/50 + 1
	for id := int64(0); id < tree.N; id += step {
		proof, err := tlog.ProveRecord(tree.N, id, hashes)
		if err != nil {
			return err
		}
		leaf := own[tlog.StoredHashIndex(0, id)]
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, id, leaf); err != nil {
			return fmt.Errorf("entry %d: %v", id, err)
		}
		older, err := tlog.TreeHash(id+1, hashes)
		if err != nil {
			return err
		}
		growth, err := tlog.ProveTree(tree.N, id+1, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(growth, tree.N, tree.Hash, id+1, older); err != nil {
			return fmt.Errorf("size %d: %v", id+1, err)
		}
	}
	return nil
}

func check(folder, vkey string) error {
	tree, err := openCheckpoint(folder, vkey)
	if err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, tiles{folder})
	own, err := checkEntries(folder, tree, hashes)
	if err != nil {
		return err
	}
	if err := checkTiles(folder, tree, own); err != nil {
		return err
	}
	return checkProofs(tree, hashes, own)
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: logclient FOLDER VKEY")
		os.Exit(2)
	}
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "logclient:", err)
		os.Exit(1)
	}
}
