// Reads a published e-Order audit log with Go's checksum-database library and checks every proof it is given.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Folder    string
	Vkey      string
	Inclusion []struct {
		Index int64
		Path  []string
	}
	Consistency []struct {
		Checkpoint string
		Path       []string
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func hash(text string) (h tlog.Hash) {
	data, err := base64.StdEncoding.DecodeString(text)
	must(err)
	if len(data) != len(h) {
		must(fmt.Errorf("a hash of %d bytes", len(data)))
	}
	copy(h[:], data)
	return h
}

func hashes(texts []string) (found []tlog.Hash) {
	for _, text := range texts {
		found = append(found, hash(text))
	}
	return found
}

// head opens a checkpoint with the log's key. A C2SP checkpoint is Go's tree note but for its first line.
func head(data, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	opened, err := note.Open([]byte(data), note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		must(fmt.Errorf("origin %q", lines[0]))
	}
	var tree tlog.Tree
	_, err = fmt.Sscanf(lines[1], "%d", &tree.N)
	must(err)
	tree.Hash = hash(lines[2])
	return tree
}

type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) (found [][]byte, err error) {
	for _, tile := range tiles {
		// Go names a tile by its height first: tile/8/<level>/<number>.
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func bundle(f folder, number int64, width int) [][]byte {
	path := strings.Replace(tlog.Tile{H: 8, L: 0, N: number, W: width}.Path(), "tile/8/0/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(string(f), path))
	must(err)
	var entries [][]byte
	for len(data) > 0 {
		length := int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	if len(entries) != width {
		must(fmt.Errorf("%s holds %d entries", path, len(entries)))
	}
	return entries
}

func main() {
	var asked question
	data, err := os.ReadFile(os.Args[1])
	must(err)
	must(json.Unmarshal(data, &asked))
	published := folder(asked.Folder)
	checkpoint, err := os.ReadFile(filepath.Join(asked.Folder, "checkpoint"))
	must(err)
	tree := head(string(checkpoint), asked.Vkey)
	reader := tlog.TileHashReader(tree, published)

	var leaves []tlog.Hash
	for number := int64(0); number*256 < tree.N; number++ {
		width := int(min(256, tree.N-number*256))
		for _, entry := range bundle(published, number, width) {
			leaves = append(leaves, tlog.RecordHash(entry))
		}
	}
	for index, leaf := range leaves {
		stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(index))})
		must(err)
		if stored[0] != leaf {
			must(fmt.Errorf("entry %d does not hash to its leaf", index))
		}
	}
	for _, each := range asked.Inclusion {
		must(tlog.CheckRecord(tlog.RecordProof(hashes(each.Path)), tree.N, tree.Hash, each.Index, leaves[each.Index]))
	}
	for _, each := range asked.Consistency {
		old := head(each.Checkpoint, asked.Vkey)
		must(tlog.CheckTree(tlog.TreeProof(hashes(each.Path)), tree.N, tree.Hash, old.N, old.Hash))
	}
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"size": tree.N, "entries": len(leaves),
		"inclusion": len(asked.Inclusion), "consistency": len(asked.Consistency),
	}))
}
