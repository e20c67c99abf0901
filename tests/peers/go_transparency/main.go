// Reads an e-Order log, its evidence packs and its witnesses with the libraries of transparency-dev (Trillian, Tessera).
//
//	reader check QUESTIONS.json   the published folder, proofs of inclusion and consistency
//	reader pack FOLDER VKEY       every entry of an unzipped evidence pack by its tlog-proof
//	reader cosign CHECKPOINT      cosign as witnesses with keys of its own; prints their verifier keys and the note
package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/compact"
	verify "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	sumdb "golang.org/x/mod/sumdb/note"
)

type question struct {
	Folder    string
	Vkey      string
	Witnesses []string
	Inclusion []struct {
		Index uint64
		Path  [][]byte
	}
	Consistency []struct {
		Checkpoint string
		Path       [][]byte
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func got[T any](value T, err error) T {
	must(err)
	return value
}

// witness reads the key of a cosigner, of either algorithm.
func witness(vkey string) sumdb.Verifier {
	if v, err := note.NewMLDSAVerifier(vkey); err == nil {
		return v
	}
	return got(note.NewVerifierForCosignatureV1(vkey))
}

func head(data, vkey string, witnesses []string) *log.Checkpoint {
	verifier := got(note.NewVerifier(vkey))
	var others []sumdb.Verifier
	for _, each := range witnesses {
		others = append(others, witness(each))
	}
	checkpoint, _, opened, err := log.ParseCheckpoint([]byte(data), verifier.Name(), verifier, others...)
	must(err)
	if len(opened.Sigs) != 1+len(witnesses) {
		must(fmt.Errorf("%d of %d signatures are genuine", len(opened.Sigs), 1+len(witnesses)))
	}
	return checkpoint
}

// tileIndex is the number of a tile in groups of three digits (C2SP tlog-tiles).
func tileIndex(number uint64) string {
	name := fmt.Sprintf("%03d", number%1000)
	for number /= 1000; number > 0; number /= 1000 {
		name = fmt.Sprintf("x%03d/%s", number%1000, name)
	}
	return name
}

func bundle(folder string, number, size uint64) [][]byte {
	path := filepath.Join(folder, "tile", "entries", tileIndex(number))
	if width := size - number*256; width < 256 {
		path = fmt.Sprintf("%s.p/%d", path, width)
	}
	data := got(os.ReadFile(path))
	var entries [][]byte
	for len(data) > 0 {
		length := int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	return entries
}

func check(path string) map[string]any {
	var asked question
	must(json.Unmarshal(got(os.ReadFile(path)), &asked))
	published := string(got(os.ReadFile(filepath.Join(asked.Folder, "checkpoint"))))
	tree := head(published, asked.Vkey, asked.Witnesses)

	hasher := rfc6962.DefaultHasher
	grown := (&compact.RangeFactory{Hash: hasher.HashChildren}).NewEmptyRange(0)
	var leaves [][]byte
	for number := uint64(0); number*256 < tree.Size; number++ {
		for _, entry := range bundle(asked.Folder, number, tree.Size) {
			leaf := hasher.HashLeaf(entry)
			leaves = append(leaves, leaf)
			must(grown.Append(leaf, nil))
		}
	}
	root := got(grown.GetRootHash(nil))
	if uint64(len(leaves)) != tree.Size || string(root) != string(tree.Hash) {
		must(errors.New("the entries do not hash to the signed root"))
	}
	for _, each := range asked.Inclusion {
		must(verify.VerifyInclusion(hasher, each.Index, tree.Size, leaves[each.Index], each.Path, tree.Hash))
	}
	for _, each := range asked.Consistency {
		old := head(each.Checkpoint, asked.Vkey, nil)
		must(verify.VerifyConsistency(hasher, old.Size, tree.Size, each.Path, old.Hash, tree.Hash))
	}
	return map[string]any{
		"size": tree.Size, "inclusion": len(asked.Inclusion), "consistency": len(asked.Consistency),
		"witnesses": len(asked.Witnesses),
	}
}

func pack(folder, vkey string) map[string]any {
	proven := 0
	for _, name := range got(filepath.Glob(filepath.Join(folder, "proofs", "*.tlog-proof"))) {
		var found proof.TLogProof
		must(found.Unmarshal(got(os.ReadFile(name))))
		tree := head(string(found.Checkpoint), vkey, nil)
		path := make([][]byte, 0, len(found.Hashes))
		for _, each := range found.Hashes {
			path = append(path, each[:])
		}
		entry := strings.TrimSuffix(filepath.Base(name), ".tlog-proof") + ".json"
		leaf := rfc6962.DefaultHasher.HashLeaf(got(os.ReadFile(filepath.Join(folder, "entries", entry))))
		must(verify.VerifyInclusion(rfc6962.DefaultHasher, found.Index, tree.Size, leaf, path, tree.Hash))
		proven++
	}
	return map[string]any{"proven": proven}
}

func cosign(path string) map[string]any {
	opened := string(got(os.ReadFile(path)))
	text := opened[:strings.LastIndex(opened, "\n\n")+1]
	skey, vkey, err := sumdb.GenerateKey(rand.Reader, "inspektorat.example/ed25519")
	must(err)
	classic := got(note.NewSignerForCosignatureV1(skey))
	classicKey := got(note.VKeyToCosignatureV1(vkey))
	skey, quantumKey, err := note.GenerateMLDSAKey("inspektorat.example/ml-dsa")
	must(err)
	quantum := got(note.NewMLDSASigner(skey))
	for _, signer := range []sumdb.Signer{classic, quantum} {
		signature := got(signer.Sign([]byte(text)))
		line := binary.BigEndian.AppendUint32(nil, signer.KeyHash())
		line = append(line, signature...)
		opened += "\u2014 " + signer.Name() + " " + base64.StdEncoding.EncodeToString(line) + "\n"
	}
	return map[string]any{"note": opened, "witnesses": []string{classicKey, quantumKey}}
}

func main() {
	var told map[string]any
	switch words := os.Args[1:]; words[0] {
	case "check":
		told = check(words[1])
	case "pack":
		told = pack(words[1], words[2])
	case "cosign":
		told = cosign(words[1])
	}
	must(json.NewEncoder(os.Stdout).Encode(told))
}
